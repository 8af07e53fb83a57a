import { NodeCounters, NodeStore } from '@sluice/counters';
import { capturedLog } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import type { ProviderClient, Tokens } from './provider-client.ts';
import { ProviderError } from './provider-error.ts';
import { Renewals } from './renewal.ts';
import { Seal } from './seal.ts';

const given: Tokens = { accessToken: 'new', idToken: undefined, refreshToken: 'next', expiresIn: 60 };

/** Two workers of one node, and a provider that answers when a test lets it. */
function startWorkers() {
  const counters = new NodeCounters({ clock: Date, slotCount: 64 });
  const store = new NodeStore({ clock: Date });
  const { promise, resolve, reject } = Promise.withResolvers<Tokens>();
  const asked: string[] = [];
  const client = {
    refresh: (token: string) => {
      asked.push(token);
      return promise;
    },
  } as unknown as ProviderClient;
  const worker = () =>
    new Renewals({
      client,
      kit: { log: capturedLog(), counters, store: new NodeStore({ clock: Date, buffer: store.buffer }) },
      seal: new Seal('a secret of sessions, in tests', 'here'),
      timeout: 5,
    });
  return { workers: [worker(), worker()] as const, asked, resolve, reject };
}

describe('workers of a node that find a token ended at the same moment', () => {
  test.each<[string, (node: ReturnType<typeof startWorkers>) => void, unknown]>([
    ['get the tokens', ({ resolve }) => resolve(given), { accessToken: 'new', refreshToken: 'next' }],
    ['hear that there are none', ({ reject }) => reject(new Error('invalid_grant')), 'over'],
    ['hear that the provider is away', ({ reject }) => reject(new ProviderError('no answer', true)), 'away'],
  ])('use the refresh token once, and all %s', async (_case, answer, expected) => {
    const node = startWorkers();
    const [first, second] = node.workers;
    const renewals = [first.renew('once'), second.renew('once'), first.renew('once')];
    await expect.poll(() => node.asked).toEqual(['once']);
    answer(node);
    for (const renewal of await Promise.all(renewals)) {
      if (typeof expected === 'string') expect(renewal).toBe(expected);
      else expect(renewal).toMatchObject(expected as object);
    }
    expect(node.asked).toEqual(['once']);
  });

  test('use each refresh token by itself', async () => {
    const node = startWorkers();
    node.resolve(given);
    await Promise.all([node.workers[0].renew('one'), node.workers[1].renew('other')]);
    expect(node.asked.toSorted()).toEqual(['one', 'other']);
  });
});
