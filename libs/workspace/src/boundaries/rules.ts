/** Every boundary rule, with what to do instead. The text is printed beside each violation: a rule is also a memory. */
export const rules = {
  tags: 'Give the project exactly one type:* and one plane:* tag of docs/contributing/house-style.md under "nx" in its package.json.',
  'type-boundary':
    'Depend on a contract or a service, or move the shared part into a lib that both may import. Libs never import apps, plugins never import each other.',
  'plane-boundary':
    'Planes meet in contracts and in @sluice/sync. The control plane knows a plugin by its ./schemas door alone; the dashboard receives schemas over the API.',
  'schemas-door':
    'Import the plugins from the main door; ./schemas is there for the control plane, which must not load behaviour.',
  'testing-from-tests': 'Move the import into a *.test.ts file; product code never needs test equipment.',
  'closed-door': 'Import what the package exports, or add the name to its index.ts.',
  'relative-escape': 'Import the other project by its package name, so that its index.ts stays its only door.',
  'undeclared-dependency':
    "Add the package to the project's own package.json (devDependencies when only tests use it).",
  'unused-dependency': "Remove it from the project's package.json.",
  'schema-stands-alone':
    'A schema.ts imports @sluice/schema, and the *.schema.ts beside it and of its shared/ only, and schemas.ts only schema files: the control plane loads both and must not load behaviour.',
  'plugin-stands-alone': "Move what two plugins share into the family's shared/ folder, or into a lib.",
  'core-names-plugin':
    'Let the plugin declare the capability in its schema and ask for that; the core must work with plugins that do not exist yet.',
} as const;

/** The name of a boundary rule. */
export type RuleName = keyof typeof rules;

/** A broken rule, where it is broken and how. */
export interface Violation {
  readonly rule: RuleName;
  /** Relative to the root. */
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** One violation as a line for a terminal. */
export function describe({ file, line, rule, message }: Violation): string {
  return `${file}:${line}  ${rule}\n    ${message}\n    Instead: ${rules[rule]}`;
}
