import { startGateway, startUpstream } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { testPlugin } from '../pipeline/fixtures/test-plugin.ts';
import { upstreamNodes } from './upstream-node.ts';

const route = (node: string, upstream: object, more: object = {}) => ({
  uri: '/*',
  upstream: { type: 'roundrobin', nodes: { [node]: 1 }, ...upstream },
  ...more,
});

describe('the host that a node sees', () => {
  test.each([
    ['pass', {}, () => 'Client.test:8080'],
    ['rewrite', { pass_host: 'rewrite', upstream_host: 'Rewritten.test:81' }, () => 'Rewritten.test:81'],
    ['node', { pass_host: 'node' }, (node: string) => node],
  ])('%s', async (_mode, upstream, expected) => {
    await using server = await startUpstream();
    await using gateway = await startGateway([], route(server.node, upstream));

    await gateway.get('/', { host: 'Client.test:8080' });

    expect(server.requests[0]?.headers.host).toBe(expected(server.node));
    expect(server.requests[0]?.headers['x-forwarded-host']).toBe('Client.test:8080');
  });

  test.each([
    ['pass', 'plugin.test'],
    ['node', null],
  ])('a plugin may choose it where the mode is pass, and only there (%s)', async (mode, expected) => {
    await using server = await startUpstream();
    const plugin = testPlugin('chooser', () => ({ rewrite: ({ request }) => void (request.host = 'plugin.test') }));
    const config = route(server.node, { pass_host: mode }, { plugins: { chooser: {} } });
    await using gateway = await startGateway([plugin], config);

    await gateway.get('/');

    expect(server.requests[0]?.headers.host).toBe(expected ?? server.node);
  });
});

test.each([
  ['http', 'a.test', 80, 'a.test'],
  ['http', 'a.test:80', 80, 'a.test'],
  ['http', 'a.test:443', 443, 'a.test:443'],
  ['https', 'a.test', 443, 'a.test'],
  ['https', 'a.test:80', 80, 'a.test:80'],
  ['grpc', 'a.test', 80, 'a.test'],
  ['grpcs', 'a.test', 443, 'a.test'],
  ['grpcs', '[::1]:50051', 50051, '[::1]:50051'],
  ['https', '[::1]', 443, '[::1]'],
])('with %s, the node %s has port %i and the host %s', (scheme, endpoint, port, hostHeader) => {
  expect(upstreamNodes({ [endpoint]: 1 }, scheme)[0]).toMatchObject({ port, hostHeader });
});
