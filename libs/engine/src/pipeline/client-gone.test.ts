import type { Hooks, RequestContext } from '@sluice/plugin-kit';
import { rawClient, startGateway, startUpstream } from '@sluice/testing';
import { eventually } from '@sluice/testing/eventually';
import { expect, test, vi } from 'vitest';
import { testPlugin } from './fixtures/test-plugin.ts';

/** A promise that a test keeps, and those who wait for it. */
function gate() {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  return { promise, open: () => resolve(undefined) };
}

test.each(['rewrite', 'access', 'beforeProxy'] as const)(
  'when a client goes while a plugin waits in %s, the plugins behind it are not run, and the upstream hears nothing',
  async (phase) => {
    const { promise, open } = gate();
    const behind = vi.fn<(ctx: RequestContext) => undefined>();
    const seen: RequestContext[] = [];
    const waiting: Hooks = {
      [phase]: (ctx: RequestContext) => {
        seen.push(ctx);
        return promise;
      },
    };
    const plugins = [
      testPlugin('first', () => waiting, { priority: 2 }),
      testPlugin('behind', () => ({ [phase]: behind }), { priority: 1 }),
    ];
    await using upstream = await startUpstream();
    await using gateway = await startGateway(plugins, {
      uri: '/*',
      upstream: upstream.url,
      plugins: { first: {}, behind: {} },
    });
    const client = await rawClient(gateway.port);
    client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await eventually(() => expect(seen).toHaveLength(1));
    client[Symbol.dispose]();
    await eventually(() => expect(seen[0]?.signal.aborted).toBe(true));

    open();
    expect((await gateway.get('/')).statusCode).toBe(200);
    expect(behind).toHaveBeenCalledTimes(1);
    expect(upstream.requests).toHaveLength(1);
  },
);
