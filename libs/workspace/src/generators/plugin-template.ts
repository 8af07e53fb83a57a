/** The names of a new plugin in the spellings that its files use. */
export interface PluginNames {
  readonly family: string;
  /** As in configurations: `ip-restriction`. */
  readonly name: string;
  /** As in code: `ipRestriction`. */
  readonly identifier: string;
}

/** The files of a new plugin: a working one that does next to nothing, with a test that says so. */
export function pluginFiles(names: PluginNames): Readonly<Record<string, string>> {
  return {
    'schema.ts': schemaFile(names),
    'plugin.ts': pluginFile(names),
    'plugin.test.ts': testFile(names),
    'README.md': readmeFile(names),
  };
}

function schemaFile({ family, name, identifier }: PluginNames): string {
  return `import { definePluginSchema, Type } from '@sluice/schema';

/** What \`${name}\` can be told. */
export const ${identifier}Schema = definePluginSchema({
  name: '${name}',
  category: '${family}',
  priority: 0,
  phases: ['access'],
  title: '${title(name)}',
  description: 'Says in one sentence what the plugin is for.',
  config: Type.Object({
    message: Type.String({
      default: 'Refused',
      minLength: 1,
      title: 'Message',
      description: 'Message in the body of a refusal.',
    }),
  }),
});
`;
}

function pluginFile({ identifier }: PluginNames): string {
  return `import { definePlugin, reply } from '@sluice/plugin-kit';
import { ${identifier}Schema } from './schema.ts';

/** Says in one sentence what the plugin does to a request. */
export const ${identifier} = definePlugin(${identifier}Schema, (config) => {
  const refusal = reply(403, { message: config.message });

  return {
    access(ctx) {
      return ctx.request.headers.has('x-refuse') ? refusal : undefined;
    },
  };
});
`;
}

function testFile({ name, identifier }: PluginNames): string {
  return `import { startGateway, startUpstream } from '@sluice/testing';
import { expect, test } from 'vitest';
import { ${identifier} } from './plugin.ts';

test('a refused request never reaches the upstream', async () => {
  await using upstream = await startUpstream((_req, res) => void res.end('origin'));
  await using gateway = await startGateway([${identifier}], {
    uri: '/*',
    upstream: upstream.url,
    plugins: { '${name}': {} },
  });

  const response = await gateway.get('/', { 'x-refuse': 'yes' });

  expect(response.statusCode).toBe(403);
  expect(upstream.requests).toHaveLength(0);
});
`;
}

function readmeFile({ name }: PluginNames): string {
  return `# ${name}

Why it exists and when to choose it.

## Use

\`\`\`json
{ "message": "Not today." }
\`\`\`
`;
}

function title(name: string): string {
  const words = name.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
