import { describe, expect, test } from 'vitest';
import { consumerKind } from '../kinds/consumer.ts';
import { credentialKind } from '../kinds/credential.ts';
import { graphqlCostDecorationKind } from '../kinds/graphql-cost-decoration.ts';
import { childKindsOf, kinds, storagePath, warningsOf } from '../kinds/registry.ts';
import { routeKind } from '../kinds/route.ts';
import { secretKind } from '../kinds/secret.ts';
import { identityOf, ownIdOf, parentIdOf } from './resource-id.ts';

test.each([
  [routeKind, 'r1', undefined, 'r1', { id: 'r1' }, 'routes/r1'],
  [consumerKind, 'jack', undefined, 'jack', { username: 'jack' }, 'consumers/jack'],
  [secretKind, 'vault/1', undefined, 'vault/1', { id: 'vault/1' }, 'secrets/vault/1'],
  [credentialKind, 'jack/c1', 'jack', 'c1', { id: 'c1' }, 'consumers/jack/credentials/c1'],
  [
    graphqlCostDecorationKind,
    's1/d1',
    's1',
    'd1',
    { id: 'd1', service_id: 's1' },
    'services/s1/graphql_cost_decorations/d1',
  ],
])('$name $1 is told apart', (kind, id, parent, own, identity, path) => {
  expect(parentIdOf(kind, id)).toBe(parent);
  expect(ownIdOf(kind, id)).toBe(own);
  expect(identityOf(kind, id)).toEqual(identity);
  expect(storagePath(kind, id)).toBe(path);
});

test('the fourteen kinds are there, and two of them live in others', () => {
  expect(kinds.size).toBe(14);
  expect(childKindsOf('consumer').map(({ name }) => name)).toEqual(['credential']);
  expect(childKindsOf('service').map(({ name }) => name)).toEqual(['graphql_cost_decoration']);
  expect(childKindsOf('route')).toEqual([]);
});

describe('what is stored and does nothing', () => {
  test.each(['stream_route', 'graphql_cost_decoration'])('says so: %s', (kind) => {
    // The text travels in a header, inside quotes.
    expect(warningsOf(kind)).toEqual([expect.stringMatching(/^[\x20-\x7e]+ are stored, but [\x20-\x7e]+$/)]);
    expect(warningsOf(kind)[0]).not.toMatch(/["\\.]/);
  });

  test.each(['route', 'credential', 'proto', 'plugin_metadata', 'no_such_kind'])('is not said of %s', (kind) => {
    expect(warningsOf(kind)).toEqual([]);
  });
});
