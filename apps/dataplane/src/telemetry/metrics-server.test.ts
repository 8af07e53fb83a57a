import { expect, onTestFinished, test } from 'vitest';
import { metricsServer } from './metrics-server.ts';

async function ask(headers: Record<string, string>) {
  const app = metricsServer(() => 'up 1\n');
  onTestFinished(() => app.close());
  return app.inject({ url: '/metrics', headers });
}

test.each([
  ['a name that somebody made to point to loopback', { host: 'evil.example:9091' }],
  ['a web page', { host: '127.0.0.1:9091', origin: 'https://evil.example' }],
])('the metrics are not shown to %s', async (_who, headers) => {
  const answer = await ask(headers);
  expect(answer.statusCode).toBe(403);
  expect(answer.body).not.toContain('up 1');
});

test.each(['127.0.0.1:9091', 'localhost', '[::1]:9091'])('the metrics are shown at %s', async (host) => {
  expect((await ask({ host })).body).toBe('up 1\n');
});
