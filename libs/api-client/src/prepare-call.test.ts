import { expect, test } from 'vitest';
import { prepareCall } from './prepare-call.ts';

test('a parameter of the path cannot leave its place', () => {
  const path = { group: 'a/b', plural: 'routes', id: '../?x=#' };
  expect(prepareCall('GET /groups/{group}/resources/{plural}/{id}', { path }).path).toBe(
    '/groups/a%2Fb/resources/routes/..%2F%3Fx%3D%23',
  );
});

test('what has no value is not sent', () => {
  const { query, headers, body } = prepareCall('PUT /groups/{group}/resources/{plural}/{id}', {
    path: { group: 'default', plural: 'routes', id: '1' },
    query: { message: undefined, dry_run: true },
    headers: { 'If-Match': undefined, 'If-None-Match': '*' },
    body: { uri: '/' },
  });
  expect({ query, headers, body }).toEqual({
    query: { dry_run: 'true' },
    headers: { 'If-None-Match': '*' },
    body: { uri: '/' },
  });
});
