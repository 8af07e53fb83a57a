import { definePluginSchema, Type } from '@sluice/schema';
import { checkConditions, entryFields, entryFormat } from '../shared/logger.schema.ts';

const path = Type.Optional(
  Type.String({
    title: 'File',
    description:
      'File that lines are appended to, such as `access.log`, below the folder for logs of the data plane; or `/dev/stdout`.',
  }),
);

/** What is said where nobody names a file. */
export const pathMissing = 'property "path" is not set in either the plugin conf or the metadata';

/** What `file-logger` can be told. */
export const fileLoggerSchema = definePluginSchema({
  name: 'file-logger',
  category: 'loggers',
  priority: 399,
  phases: ['access', 'body_filter', 'log'],
  title: 'File logger',
  description: 'Appends what happened to a file, one line of JSON per request.',
  config: Type.Object({
    path,
    match: Type.Optional(
      Type.Unsafe<readonly (readonly unknown[])[]>({
        type: 'array',
        maxItems: 20,
        items: { type: 'array' },
        title: 'Only where',
        description: 'Expressions over variables; a request is logged where one of them holds. None for all requests.',
      }),
    ),
    ...entryFields,
  }),
  differences: {
    path: {
      meaning:
        'Only files below the folders that the data plane names, with `logs` in its data folder as the usual one.',
    },
    'metadata/path': { meaning: 'As `path`.' },
  },
  metadata: Type.Object({ path, ...entryFormat }),
  metadataFallbacks: { path: pathMissing },
  extraChecks(config, hooks) {
    const wrong = config.path === undefined ? undefined : checkPath(config.path);
    if (wrong !== undefined) return `property "path" validation failed: ${wrong}`;
    for (const rules of config.match ?? []) {
      const flaw = hooks?.checkVars?.(rules);
      if (flaw !== undefined) return `failed to validate the 'match' expression: ${flaw}`;
    }
    return checkConditions(config, hooks);
  },
});

/** What a data plane would refuse whatever its settings are. */
function checkPath(path: string): string | undefined {
  if (path === '' || path.endsWith('/')) return 'it names no file';
  if (path.includes('\0')) return 'it holds a NUL';
  if (path.split('/').includes('..')) return 'it must not lead upwards by ".."';
  const isStream = path === '/dev/stdout' || path === '/dev/stderr';
  return /^\/(?:dev|proc|sys)\//.test(path) && !isStream ? 'only ordinary files can be written' : undefined;
}
