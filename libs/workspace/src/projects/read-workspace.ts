import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** One project of the workspace, as its package.json describes it. Folders and files are relative to the root. */
export interface Project {
  readonly name: string;
  readonly folder: string;
  /** All tags, `type:*` and `plane:*`. */
  readonly tags: readonly string[];
  /** What other projects may import: `.`, `./schemas`. */
  readonly doors: ReadonlySet<string>;
  /** What its product code may import. */
  readonly dependencies: ReadonlySet<string>;
  /** What its tests may import besides. */
  readonly devDependencies: ReadonlySet<string>;
}

/** All projects below one root. */
export interface Workspace {
  readonly root: string;
  readonly projects: readonly Project[];
  /** Packages of the root package.json: tools that every test may use. */
  readonly toolchain: ReadonlySet<string>;
}

interface Manifest {
  readonly name?: string;
  readonly workspaces?: readonly string[];
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly nx?: { readonly tags?: readonly string[] };
}

/** Reads the projects that the root's `workspaces` patterns name. Only a trailing `/*` is understood: more is not used. */
export function readWorkspace(root: string): Workspace {
  const manifest = readManifest(root);
  const folders = (manifest.workspaces ?? []).flatMap((pattern) => foldersOf(root, pattern));
  return {
    root,
    projects: folders.map((folder) => readProject(root, folder)),
    toolchain: new Set(Object.keys(manifest.devDependencies ?? {})),
  };
}

/** The project named by a package name, if it is one of ours. */
export function projectNamed(workspace: Workspace, name: string): Project | undefined {
  return workspace.projects.find((project) => project.name === name);
}

/** The value of a project's one tag of an axis: `tagOf(project, 'type')`. Undefined when it is missing or given twice. */
export function tagOf(project: Project, axis: 'type' | 'plane'): string | undefined {
  const values = project.tags.filter((tag) => tag.startsWith(`${axis}:`));
  return values.length === 1 ? values[0]?.slice(axis.length + 1) : undefined;
}

function foldersOf(root: string, pattern: string): string[] {
  if (!pattern.endsWith('/*')) return isProject(root, pattern) ? [pattern] : [];
  const parent = pattern.slice(0, -2);
  return readdirSync(join(root, parent))
    .map((name) => `${parent}/${name}`)
    .filter((folder) => isProject(root, folder))
    .sort();
}

function isProject(root: string, folder: string): boolean {
  return statSync(join(root, folder, 'package.json'), { throwIfNoEntry: false }) !== undefined;
}

function readProject(root: string, folder: string): Project {
  const manifest = readManifest(join(root, folder));
  return {
    name: manifest.name ?? folder,
    folder,
    tags: manifest.nx?.tags ?? [],
    doors: new Set(Object.keys(manifest.exports ?? {})),
    dependencies: new Set(Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })),
    devDependencies: new Set(Object.keys(manifest.devDependencies ?? {})),
  };
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}
