import { expect, test } from 'vitest';
import { emptyImport, sourceOf, whatIsMissing } from './import-draft.ts';

test('an import that says too little is not sent', () => {
  expect(whatIsMissing(emptyImport)).toMatch(/paste/);
  expect(whatIsMissing({ ...emptyImport, type: 'apisix' })).toMatch(/key/);
  expect(whatIsMissing({ ...emptyImport, type: 'etcd', endpoints: ' , ' })).toMatch(/endpoint/);
});

test('only what belongs to the chosen source travels', () => {
  const draft = { ...emptyImport, text: 'routes: []', key: 'secret', hosts: 'a.example, b.example' };

  expect(sourceOf({ ...draft, type: 'document' })).toEqual({ type: 'document', text: 'routes: []' });
  expect(sourceOf({ ...draft, type: 'openapi' })).toEqual({
    type: 'openapi',
    text: 'routes: []',
    hosts: ['a.example', 'b.example'],
    validate_requests: false,
  });
  expect(sourceOf({ ...draft, type: 'etcd', endpoints: 'http://a:2379\nhttp://b:2379' })).toEqual({
    type: 'etcd',
    endpoints: ['http://a:2379', 'http://b:2379'],
    prefix: '/apisix',
  });
});
