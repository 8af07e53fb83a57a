import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { check, kinds } from '@sluice/schema';
import { describe, expect, test } from 'vitest';
import { convertOpenApi, openApiProblem } from './convert-openapi.ts';

const folder = join(import.meta.dirname, 'fixtures');
const cases = readdirSync(folder).filter((name) => name.endsWith('.in.json'));
const read = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8'));

describe('what cannot be converted is said', () => {
  test.each([
    [{ swagger: '2.0' }, 'Swagger'],
    [{ openapi: '4.0.0' }, '3.x'],
    [[], 'mapping'],
    [{ paths: {} }, '3.x'],
  ])('%j', (document, message) => {
    expect(openApiProblem(document)).toContain(message);
  });

  test('a reference out of the document is not followed, and one that never ends does no harm', () => {
    const schema = { type: 'object', properties: { child: { $ref: '#/components/schemas/Node' } } };
    const bodyOf = ($ref: string) => ({
      post: { requestBody: { required: true, content: { 'application/json': { schema: { $ref } } } } },
    });
    const document = {
      openapi: '3.0.3',
      info: { title: 't', version: '1' },
      servers: [{ url: 'http://a' }],
      components: { schemas: { Node: schema } },
      paths: {
        '/a': bodyOf('file:///etc/passwd'),
        '/b': bodyOf('http://169.254.169.254/latest'),
        '/c': bodyOf('#/components/schemas/Node'),
      },
    };
    const { report, resources } = convertOpenApi(document, { validatesRequests: true }, () => true);
    expect(report.map(({ message }) => message).join('\n')).toMatch(/out of the document[^]*refers to itself/);
    expect(JSON.stringify(resources)).not.toContain('passwd');
  });
});

test.each(cases)('%s becomes what stands beside it', (name) => {
  const { document, options = {}, plugins = null } = read(name);
  const hasPlugin = (plugin: string): boolean => plugins === null || plugins.includes(plugin);
  const converted = convertOpenApi(document, options, hasPlugin);
  expect(converted).toEqual(read(name.replace('.in.', '.out.')));
  for (const { kind, id, value } of converted.resources)
    expect(check(kinds.get(kind)?.schema ?? {}, { ...value, id }), `${kind} ${id}`).toBeUndefined();
});
