import { startGateway, startUpstream } from '@sluice/testing';
import { expect, test } from 'vitest';

test('a request that no route takes is answered 404 in the words that clients know', async () => {
  await using gateway = await startGateway([], []);

  const response = await gateway.get('/nowhere');

  expect(response.statusCode).toBe(404);
  expect(response.headers['content-type']).toBe('text/plain; charset=utf-8');
  expect(response.body).toBe('{"error_msg":"404 Route Not Found"}\n');
});

test('a request is proxied, and the answer comes back', async () => {
  await using upstream = await startUpstream((_req, res) => res.setHeader('X-Origin', 'yes').end('origin'));
  await using gateway = await startGateway([], { uri: '/*', upstream: upstream.url });

  const response = await gateway.get('/a?b=c');

  expect(response.statusCode).toBe(200);
  expect(response.body).toBe('origin');
  expect(response.headers['x-origin']).toBe('yes');
  expect(response.headers.server).toBe('Sluice/0.0.0-test');
  expect(upstream.requests[0]?.url).toBe('/a?b=c');
});
