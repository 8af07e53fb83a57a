import { startGateway, startUpstream } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { testPlugin } from '../pipeline/fixtures/test-plugin.ts';
import { compileTemplate } from './template.ts';

describe('a template', () => {
  const fill = (template: string) =>
    compileTemplate(template)({ variable: (name) => ({ a: '1', 'b.c': '2', d_e: '3' })[name] });
  test.each([
    ['', ''],
    ['plain', 'plain'],
    ['$a', '1'],
    ['x${a}y', 'x1y'],
    ['$a$b.c-$d_e', '12-3'],
    ['$missing', ''],
    ['${missing ?? other}', 'other'],
    ['${a ?? other}', '1'],
    ['\\$a', '$a'],
    ['5$', '5$'],
  ])('"%s" gives "%s"', (template, expected) => {
    expect(fill(template)).toBe(expected);
  });
});

test('every variable says what it should, in the log phase', async () => {
  const values: Record<string, string | undefined> = {};
  const names = [
    'uri',
    'args',
    'is_args',
    'request_uri',
    'request',
    'request_method',
    'scheme',
    'host',
    'http_host',
    'http_x_a',
    'arg_a',
    'arg_b',
    'cookie_c',
    'cookie_C',
    'remote_addr',
    'server_protocol',
    'status',
    'route_id',
    'route_name',
    'service_id',
    'consumer_name',
    'matched_uri',
    'uri_param_ext',
    'upstream_addr',
    'upstream_status',
    'upstream_uri',
    'upstream_host',
    'upstream_http_x_up',
    'sent_http_x_up',
    'balancer_ip',
    'custom',
    'no_such_variable',
    'request_type',
  ];
  const plugin = testPlugin('p', () => ({
    access: (ctx) => ctx.setVariable('custom', 'mine') as undefined,
    log: (ctx) => void names.forEach((name) => (values[name] = ctx.variable(name))),
  }));
  await using upstream = await startUpstream((_req, res) => res.setHeader('X-Up', 'u').end());
  await using gateway = await startGateway([plugin], {
    name: 'n',
    uri: '/p/*',
    upstream: upstream.url,
    plugins: { p: {} },
  });

  await gateway.get('/p/a%20b?a=%31&a=2&b', { host: 'H.com:81', 'x-a': 'v', cookie: 'c=1; C=2' });
  await expect.poll(() => values['status']).toBe('200');

  expect(values).toEqual({
    uri: '/p/a b',
    args: 'a=%31&a=2&b',
    is_args: '?',
    request_uri: '/p/a%20b?a=%31&a=2&b',
    request: 'GET /p/a%20b?a=%31&a=2&b HTTP/1.1',
    request_method: 'GET',
    scheme: 'http',
    host: 'h.com',
    http_host: 'H.com:81',
    http_x_a: 'v',
    arg_a: '1',
    arg_b: '',
    cookie_c: '1',
    cookie_C: '2',
    remote_addr: '127.0.0.1',
    server_protocol: 'HTTP/1.1',
    status: '200',
    route_id: '1',
    route_name: 'n',
    service_id: undefined,
    consumer_name: undefined,
    matched_uri: '/p/*',
    uri_param_ext: 'a b',
    upstream_addr: upstream.node,
    upstream_status: '200',
    upstream_uri: '/p/a%20b?a=%31&a=2&b',
    upstream_host: 'H.com:81',
    upstream_http_x_up: 'u',
    sent_http_x_up: 'u',
    balancer_ip: '127.0.0.1',
    custom: 'mine',
    no_such_variable: undefined,
    request_type: 'traditional_http',
  });
});
