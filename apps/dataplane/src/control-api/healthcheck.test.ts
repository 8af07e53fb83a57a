import Fastify from 'fastify';
import type { UpstreamHealthReport } from '@sluice/engine';
import { describe, expect, test } from 'vitest';
import { addHealthcheck } from './healthcheck.ts';

const report: UpstreamHealthReport = {
  name: '/apisix/upstreams/1',
  type: 'http',
  nodes: [
    {
      ip: '127.0.0.1',
      port: 80,
      hostname: 'a<b>.example',
      status: 'unhealthy',
      counter: { success: 0, http_failure: 0, tcp_failure: 2, timeout_failure: 0 },
    },
  ],
};

function api(reports: readonly UpstreamHealthReport[]) {
  const app = Fastify();
  addHealthcheck(app, {
    reports: () => reports,
    report: (kind, id) => (kind === 'upstream' && id === '1' ? reports[0] : undefined),
    exists: (kind, id) => kind === 'route' && id === '2',
  });
  return async (url: string, accept = '*/*') => {
    const { statusCode, body } = await app.inject({ url, headers: { accept } });
    return { statusCode, body };
  };
}

describe('the health of upstream nodes', () => {
  const get = api([report]);

  test.each([
    ['/v1/healthcheck/route/1', 400, { error_msg: 'invalid src type route' }],
    ['/v1/healthcheck/constructor', 400, { error_msg: 'invalid src type constructor' }],
    ['/v1/healthcheck/routes', 404, { error_msg: 'missing src id for src type routes' }],
    ['/v1/healthcheck/routes/1', 404, { error_msg: 'routes[1] not found' }],
    ['/v1/healthcheck/routes/2', 404, { error_msg: 'no checker for routes[2]' }],
    ['/v1/healthcheck/upstreams/1', 200, report],
    ['/v1/healthcheck', 200, [report]],
  ])('%s is answered with %i', async (url, statusCode, body) => {
    const answer = await get(url);
    expect([answer.statusCode, JSON.parse(answer.body)]).toEqual([statusCode, body]);
  });

  test('nothing at all is an empty object, as the compatible surface has it', async () => {
    expect((await api([])('/v1/healthcheck')).body).toBe('{}');
  });

  test('who asks for HTML gets a table, in which no name can be markup', async () => {
    const { body } = await get('/v1/healthcheck', 'text/html');
    expect(body).toContain('<td>127.0.0.1:80</td><td>unhealthy</td>');
    expect(body).toContain('a&lt;b&gt;.example');
  });
});
