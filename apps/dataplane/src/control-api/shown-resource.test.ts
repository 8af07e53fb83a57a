import { kinds, type ResourceKind } from '@sluice/schema';
import { expect, test } from 'vitest';
import { shownResource } from './shown-resource.ts';

function shown(kind: string, id: string, value: object) {
  const body = Buffer.from(JSON.stringify(value));
  const resource = { kind, id, body, hash: Buffer.alloc(32), createdRevision: 3, modifiedRevision: 4, isBroken: false };
  return shownResource(kinds.get(kind as never) as ResourceKind, resource, () => undefined);
}

test('a resource is shown with its defaults, and its nodes as a list, in either place that an upstream can have', () => {
  const nodes = [{ host: '127.0.0.1', port: 1980, weight: 1 }];
  expect(shown('upstream', '1', { nodes: { '127.0.0.1:1980': 1 } })).toMatchObject({
    key: '/upstreams/1',
    value: { hash_on: 'vars', nodes, pass_host: 'pass', scheme: 'http', type: 'roundrobin' },
    createdIndex: 3,
    modifiedIndex: 4,
  });
  const route = shown('route', '1', { uri: '/a', upstream: { nodes: { '127.0.0.1:1980': 1 }, type: 'ewma' } });
  expect(route).toMatchObject({ value: { priority: 0, status: 1, upstream: { nodes, type: 'ewma' }, uri: '/a' } });
});

test('what is secret is masked', () => {
  const text = JSON.stringify(shown('ssl', '1', { sni: 'a.com', cert: 'certificate', key: 'private' }));
  expect(text).toContain('certificate');
  expect(text).not.toContain('private');
});

test('what is not valid is shown as it is', () => {
  const { value } = shown('upstream', '1', { nodes: 'nonsense', odd: '\ud800' }) as { value: object };
  expect(value).toMatchObject({ nodes: 'nonsense', odd: '\ud800' });
});
