import { checkAll } from '@sluice/schema';
import type { TSchema } from 'typebox';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AppModule, type Foundations } from '../src/app.module.ts';
import { API_PREFIX } from '../src/openapi/document.ts';
import { controllersOf, endpointsOf } from '../src/openapi/endpoints.ts';
import { fillGroup } from './filled-database.ts';
import { signedIn } from './credentials.ts';
import { startControlPlane, type TestControlPlane } from './start-control-plane.ts';

const endpoints = endpointsOf(controllersOf(AppModule.of({} as Foundations)), API_PREFIX);
const values: Readonly<Record<string, string>> = {
  group: 'default',
  plural: 'routes',
  kind: 'route',
  id: '1',
  number: '1',
  resource: '1',
  username: 'admin',
};
/** What is read under another id. */
const idsOf: readonly (readonly [pattern: RegExp, id: string])[] = [[/\/instances\/:id/, 'dp-1']];
let plane: TestControlPlane;

beforeAll(async () => {
  plane = await startControlPlane({ SLUICE_GRPC_TLS: 'auto' });
  await fillGroup(plane);
});
afterAll(() => plane[Symbol.asyncDispose]());

const readable = endpoints.filter(
  ({ method, operation }) => method === 'GET' && operation?.answers && !operation.media && !operation.statuses,
);

test('there is something to read', () => {
  expect(readable.length).toBeGreaterThan(20);
});

test.each(readable.map((endpoint) => [endpoint.path, endpoint] as const))(
  'what GET %s answers is what its description says',
  async (path, { operation, rule }) => {
    const id = idsOf.find(([pattern]) => pattern.test(path))?.[1];
    const filled = path.replaceAll(
      /:(\w+)/g,
      (_, name: string) => (name === 'id' ? id : undefined) ?? values[name] ?? '1',
    );
    const needsSession = rule?.type === 'role' && !rule.via.includes('key');
    const proof = needsSession ? { ...(await signedIn(plane, 'owner')), 'x-api-key': '' } : {};
    const { status, body } = await plane.call('GET', filled, undefined, proof);
    expect(status).toBe(200);
    expect(checkAll(operation?.answers as TSchema, body)).toEqual([]);
  },
);
