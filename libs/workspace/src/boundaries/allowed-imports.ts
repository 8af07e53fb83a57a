import { type Project, tagOf } from '../projects/read-workspace.ts';

/** Which types of project the product code of a type may import. Tests may import `testing` besides. */
const typesAllowed: Readonly<Record<string, readonly string[]>> = {
  contract: ['contract'],
  service: ['contract', 'service'],
  provider: ['contract', 'service'],
  engine: ['contract', 'service'],
  plugin: ['contract', 'service', 'provider'],
  app: ['contract', 'service', 'provider', 'engine', 'plugin'],
  testing: ['contract', 'service', 'provider', 'engine', 'plugin', 'testing'],
  // A tool runs before anything is installed or built.
  tool: [],
};

const planes: ReadonlySet<string> = new Set(['control', 'data', 'ui', 'any']);

/** Whether a project's tags are complete and known. */
export function hasKnownTags(project: Project): boolean {
  const [type, plane] = [tagOf(project, 'type'), tagOf(project, 'plane')];
  return type !== undefined && plane !== undefined && Object.hasOwn(typesAllowed, type) && planes.has(plane);
}

/** Whether the type table lets `from` import `to`. */
export function isTypeAllowed(from: Project, to: Project, isTest: boolean): boolean {
  const [source, target] = [tagOf(from, 'type') ?? '', tagOf(to, 'type') ?? ''];
  return (typesAllowed[source] ?? []).includes(target) || (isTest && target === 'testing');
}

/**
 * Whether the plane of `from` may see the plane of `to`. Test equipment sees all planes; the control plane sees plugins
 * through the door that holds no behaviour.
 */
export function isPlaneAllowed(from: Project, to: Project, door: string): boolean {
  const [source, target] = [tagOf(from, 'plane'), tagOf(to, 'plane')];
  if (target === 'any' || target === source || tagOf(from, 'type') === 'testing') return true;
  return source === 'control' && isSchemasDoor(to, door);
}

/** Whether `from` has a reason to import schemas without behaviour. */
export function mayUseSchemasDoor(from: Project): boolean {
  return tagOf(from, 'plane') === 'control' || tagOf(from, 'type') === 'testing';
}

/** Whether an import goes through the door of a plugin family that holds schemas only. */
export function isSchemasDoor(to: Project, door: string): boolean {
  return tagOf(to, 'type') === 'plugin' && door === './schemas';
}
