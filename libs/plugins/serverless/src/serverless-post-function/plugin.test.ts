import { startGateway, startUpstream } from '@sluice/testing';
import { expect, test } from 'vitest';
import { serverlessPostFunction } from './plugin.ts';

test('a function of the last plugin may refuse, and what it lets pass is changed by it', async () => {
  await using upstream = await startUpstream();
  const functions = [
    `() => { if (vars.http_x_plan !== 'pro') return [403, 'read only']; }`,
    `() => ({ request: { path: '/new' } })`,
  ];
  await using gateway = await startGateway([serverlessPostFunction], {
    uri: '/*',
    upstream: upstream.url,
    plugins: { 'serverless-post-function': { functions } },
  });

  const refused = await gateway.get('/');
  expect([refused.statusCode, refused.body]).toEqual([403, 'read only']);
  expect(upstream.requests).toHaveLength(0);
  expect((await gateway.get('/', { 'x-plan': 'pro' })).statusCode).toBe(200);
  expect(upstream.requests).toMatchObject([{ url: '/new' }]);
});
