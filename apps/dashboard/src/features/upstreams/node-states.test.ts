import { expect, test } from 'vitest';
import type { Instance, Resource } from '../../api/types.ts';
import { unhealthyNodes } from '../../fleet/unhealthy-nodes.ts';
import { nodeStates } from './node-states.ts';

function instance(id: string, unhealthy: readonly string[], status: Instance['status'] = 'healthy'): Instance {
  const unhealthy_targets = unhealthy.map((address) => ({ upstream: 'upstream 1', address, reason: 'timeout' }));
  return { id, status, unhealthy_targets } as unknown as Instance;
}

function upstream(value: Resource['value']): Resource {
  return { kind: 'upstream', id: '1', value, created_revision: 1, modified_revision: 1 };
}

const seen = (resource: Resource, ...instances: readonly Instance[]) =>
  nodeStates(resource, instances).map(({ address, downOn }) => [address, downOn.map((down) => down.instance.id)]);

test('a node is down where a data plane says so, and healthy elsewhere', () => {
  const nodes = { 'a:1': 1, 'b:1': 1 };

  expect(seen(upstream({ nodes }), instance('x', ['b:1']), instance('y', []))).toEqual([
    ['a:1', []],
    ['b:1', ['x']],
  ]);
});

test('what is down in another upstream says nothing about this one', () => {
  const other = { ...upstream({ nodes: { 'a:1': 1 } }), id: '2' };

  expect(seen(other, instance('x', ['a:1']))).toEqual([['a:1', []]]);
});

test('a node without a port has that of its scheme, and checks may ask another one', () => {
  const nodes = [{ host: 'a' }];

  expect(seen(upstream({ nodes, scheme: 'https' }), instance('x', ['a:443']))).toEqual([['a:443', ['x']]]);
  const checks = { active: { port: 8080 } };
  expect(seen(upstream({ nodes, checks }), instance('x', ['a:8080']))).toEqual([['a:80', ['x']]]);
});

test('a node that only data planes know follows those that are written down', () => {
  expect(seen(upstream({ nodes: { 'a:1': 1 } }), instance('x', ['10.0.0.1:1']))).toEqual([
    ['a:1', []],
    ['10.0.0.1:1', ['x']],
  ]);
});

test('a node that several data planes find down is one node; those that are offline are not heard', () => {
  const found = unhealthyNodes([instance('x', ['a:1']), instance('y', ['a:1']), instance('z', ['b:1'], 'offline')]);

  expect(found.map(({ kind, id, address, seenBy }) => [kind, id, address, seenBy.length])).toEqual([
    ['upstream', '1', 'a:1', 2],
  ]);
});
