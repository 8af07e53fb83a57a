import { type BodyTransform, definePlugin, type Hooks } from '@sluice/plugin-kit';
import { definePluginSchema, Type } from '@sluice/schema';
import { startGateway, startUpstream } from '@sluice/testing';
import { expect, test } from 'vitest';

function pluginOf(name: string, priority: number, hooks: Hooks) {
  const texts = { category: 'test', title: name, description: 'For a test.' };
  const schema = definePluginSchema({ name, priority, ...texts, config: Type.Object({}) });
  return definePlugin(schema, () => hooks);
}

const upperCase: BodyTransform = {
  chunk: (data) => Buffer.from(Buffer.from(data).toString().toUpperCase()),
  end: () => undefined,
};

/** What a body was like where this transform stood. */
function lookingOn(seen: string[], more: Partial<BodyTransform> = {}): BodyTransform {
  return {
    keepsBytes: true,
    chunk: (data) => {
      seen.push(Buffer.from(data).toString());
      return data;
    },
    end: () => undefined,
    ...more,
  };
}

async function startWith(hooks: readonly Hooks[], handler?: Parameters<typeof startUpstream>[0]) {
  const upstream = await startUpstream(handler);
  const plugins = hooks.map((own, i) => pluginOf(`plugin-${i}`, 100 - i, own));
  const config = Object.fromEntries(plugins.map(({ schema }) => [schema.name, {}]));
  const gateway = await startGateway(plugins, { uri: '/*', upstream: upstream.url, plugins: config });
  return {
    gateway,
    [Symbol.asyncDispose]: async () => {
      await gateway[Symbol.asyncDispose]();
      await upstream.close();
    },
  };
}

test('a transform at the source sees a body as it came, whatever the priority of its plugin', async () => {
  const [atSource, usual]: [string[], string[]] = [[], []];
  await using started = await startWith([
    { responseBody: () => upperCase },
    { responseBody: () => lookingOn(usual) },
    { responseBody: () => lookingOn(atSource, { isAtSource: true }) },
  ]);
  expect((await started.gateway.get('/')).body).toBe('OK');
  expect([usual, atSource]).toEqual([['OK'], ['ok']]);
});

test('a transform at the client sees a body as it would leave, and may change the head by what that says', async () => {
  const [atClient, heads]: [string[], (string | undefined)[]] = [[], []];
  await using started = await startWith([
    {
      responseBody: ({ response: { headers } }) => {
        heads.push(headers.get('x-kind'));
        headers.set('X-Seen', 'yes');
        return lookingOn(atClient, { isAtClient: true });
      },
    },
    { responseHeader: ({ response }) => response.headers.set('X-Kind', 'loud'), responseBody: () => upperCase },
  ]);
  const { body, headers } = await started.gateway.get('/');
  expect([body, headers['x-seen']]).toEqual(['OK', 'yes']);
  expect([atClient, heads]).toEqual([['OK'], ['loud']]);
});

test('a body of a length that its transform knows is announced with it, whatever the upstream or the gateway had said', async () => {
  const other: BodyTransform = { bytesOut: 5, chunk: () => undefined, end: () => Buffer.from('other') };
  const hooks = {
    responseHeader: (ctx) => {
      ctx.response.status = 200;
    },
    responseBody: () => other,
  } satisfies Hooks;
  await using upstreams = await startWith([hooks], (_req, res) => void res.writeHead(503).end('a long complaint'));
  await using nobodys = await startWith([hooks], (_req, res) => void res.destroy());
  for (const { gateway } of [upstreams, nobodys]) {
    const { statusCode, body, headers } = await gateway.get('/');
    expect([statusCode, body, headers['content-length']]).toEqual([200, 'other', '5']);
    expect(headers).not.toHaveProperty('transfer-encoding');
  }
});

test('a transform behind one that knows its length takes the announcement back', async () => {
  const other: BodyTransform = { bytesOut: 5, chunk: () => undefined, end: () => Buffer.from('other') };
  await using started = await startWith([{ responseBody: () => other }, { responseBody: () => upperCase }]);
  const { body, headers } = await started.gateway.get('/');
  expect([body, headers['content-length']]).toEqual(['OTHER', undefined]);
});

test('what the upstream said stays as it was, with its date, whatever plugins make of it', async () => {
  const seen: unknown[] = [];
  const note: Hooks = {
    responseHeader: ({ response: { received, headers } }) => {
      seen.push([received?.status, received?.headers.get('x-own'), received?.date, headers.get('x-own')]);
    },
  };
  const change: Hooks = {
    responseHeader: ({ response }) => {
      response.status = 200;
      response.headers.set('X-Own', 'changed');
    },
  };
  const date = 'Sun, 06 Nov 1994 08:49:37 GMT';
  await using started = await startWith([change, note], (_req, res) =>
    res.writeHead(404, { 'X-Own': 'given', Date: date }).end(),
  );
  await started.gateway.get('/');
  expect(seen).toEqual([[404, 'given', date, 'changed']]);
});
