import { reply, type RequestContext, type SendError } from '@sluice/plugin-kit';
import { rawClient, startGateway, startUpstream } from '@sluice/testing';
import { eventually } from '@sluice/testing/eventually';
import { expect, test } from 'vitest';
import { testPlugin, tracer } from '../pipeline/fixtures/test-plugin.ts';

const batchRoute = { kind: 'route', id: 'batch', value: { uri: '/batch', plugins: { batch: {} } } };

function batch(act: (ctx: RequestContext) => Promise<unknown>) {
  return testPlugin('batch', () => ({ access: act as never }));
}

test('requests within requests come to an end', async () => {
  const plugin = batch(async (ctx) => {
    try {
      const answer = await ctx.handle({ target: '/batch' });
      return reply(200, `>${Buffer.from((await answer.read(1000)) ?? []).toString()}`);
    } catch (error) {
      return reply(200, (error as SendError).code);
    }
  });
  await using gateway = await startGateway([plugin], [batchRoute]);
  expect((await gateway.get('/batch')).body).toBe('>>>>TOO_DEEP');
});

test('a client that goes away ends what was asked in its name', async () => {
  let isClosed = false;
  await using upstream = await startUpstream((_req, res) => res.on('close', () => (isClosed = true)));
  const plugin = batch(async (ctx) => reply((await ctx.handle({ target: '/slow' })).status));
  await using gateway = await startGateway(
    [plugin],
    [batchRoute, { kind: 'route', id: 'slow', value: { uri: '/slow', upstream: upstream.url } }],
  );
  using client = await rawClient(gateway.port);
  client.send('GET /batch HTTP/1.1\r\nHost: a\r\n\r\n');
  await eventually(() => expect(upstream.requests).toHaveLength(1));
  client.socket.destroy();
  await eventually(() => expect(isClosed).toBe(true));
  await eventually(() => expect(gateway.engine.openRequests).toBe(0));
});

test('a request that would open a tunnel comes to an end', async () => {
  const plugin = batch(async (ctx) => {
    const outcome = ctx.handle({ method: 'CONNECT', target: '/' });
    return reply(
      200,
      await outcome.then(
        (answer) => String(answer.status),
        (error: SendError) => error.code,
      ),
    );
  });
  await using gateway = await startGateway([plugin], [batchRoute]);
  expect((await gateway.get('/batch')).body).toMatch(/^(?:REQUEST_FAILED|4\d\d)$/);
});

test('an answer that breaks off is not taken for a whole one', async () => {
  await using upstream = await startUpstream((_req, res) => {
    res.writeHead(200, { 'Content-Length': '100' });
    res.write('half', () => res.destroy());
  });
  const plugin = batch(async (ctx) => {
    const answer = await ctx.handle({ target: '/half' });
    const outcome = await answer.read(1000).then(
      () => 'whole',
      () => 'broken',
    );
    return reply(200, outcome);
  });
  await using gateway = await startGateway(
    [plugin],
    [batchRoute, { kind: 'route', id: 'half', value: { uri: '/half', upstream: upstream.url } }],
  );
  expect((await gateway.get('/batch')).body).toBe('broken');
});

test('a request within passes routing and plugins in the name of the same client', async () => {
  await using upstream = await startUpstream((req, res) => {
    req.on('end', () =>
      res.writeHead(201, { 'X-Kept': 'yes' }).end(`${req.method} ${req.url} ${upstream.requests.at(-1)?.body}`),
    );
  });
  const plugin = batch(async (ctx) => {
    const parts = await Promise.all(
      ['a', 'b'].map(async (name) => {
        const answer = await ctx.handle({
          method: 'POST',
          target: `/part/${name}?x=1`,
          body: name,
          headers: { 'x-in': name },
        });
        return [answer.status, answer.headers.get('x-kept'), Buffer.from((await answer.read(100)) ?? []).toString()];
      }),
    );
    const missing = await ctx.handle({ target: '/nowhere' });
    missing.discard();
    return reply(200, [...parts, missing.status]);
  });
  await using gateway = await startGateway(
    [plugin, tracer('traced')],
    [
      batchRoute,
      { kind: 'route', id: 'part', value: { uri: '/part/*', upstream: upstream.url, plugins: { traced: {} } } },
    ],
  );
  expect((await gateway.get('/batch', { 'x-real-ip': '203.0.113.7' })).json()).toEqual([
    [201, 'yes', 'POST /part/a?x=1 a'],
    [201, 'yes', 'POST /part/b?x=1 b'],
    404,
  ]);
  expect(upstream.requests[0]?.headers).toMatchObject({
    'x-real-ip': '203.0.113.7',
    'x-trace': 'traced:rewrite traced:access traced:before',
  });
});
