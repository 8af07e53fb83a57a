import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startUpstream } from '@sluice/testing';
import { getResults, runTests } from 'http-cache-tests/client/runner.mjs';
import handleConfig from 'http-cache-tests/server/handle-config.mjs';
import handleState from 'http-cache-tests/server/handle-state.mjs';
import handleTest from 'http-cache-tests/server/handle-test.mjs';
import suites from 'http-cache-tests/tests/index.mjs';
import fetch from 'node-fetch';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { placeWith, startDataPlane } from './fixtures/start-data-plane.ts';

/** The required cases that are not met, and why. */
const notMet: Readonly<Record<string, string>> = {
  // The origin hangs up without an answer, so nothing can bring the number that the case looks for.
  'stale-close-must-revalidate': 'Response 2 comes from cache',
  'stale-close-proxy-revalidate': 'Response 2 comes from cache',
  'stale-close-no-cache': 'Response 2 comes from cache',
  'stale-close-s-maxage=2': 'Response 2 comes from cache',
  // Its title wants `Age: 0, 7200` to be stale, as it is here; what it checks is the opposite.
  'age-parse-prefix': 'Response 2 does not come from cache',
  // A Transfer-Encoding that nobody knows hides where the answer ends: it is not passed on at all.
  'headers-store-Transfer-Encoding': 'Response 1 status is 502, not 200',
};

/** Every status that a case uses, so that the answers alone decide. */
const statuses = Array.from({ length: 400 }, (_, i) => 200 + i);

function routeTo(port: number, config: object): object {
  const cache = { cache_strategy: 'memory', cache_zone: 'memory_cache', cache_control: true, ...config };
  return {
    uri: '/*',
    plugins: { 'proxy-cache': cache },
    upstream: { type: 'roundrobin', nodes: { [`127.0.0.1:${port}`]: 1 }, retries: 0 },
  };
}

async function startOrigin(): Promise<{ server: Server; port: number }> {
  const server = createServer((req, res) => {
    const [, kind, ...rest] = new URL(req.url ?? '/', 'http://origin').pathname.split('/');
    if (kind === 'config') handleConfig(rest, req, res);
    else if (kind === 'state') handleState(rest, req, res);
    else handleTest(rest, req, res);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

/** Running the cases changes them. */
const untouched = structuredClone(suites);

describe('the cases of http-cache-tests, with two workers', () => {
  const required = suites
    .flatMap(({ tests }) => tests)
    .filter(({ kind = 'required', browser_only: isForBrowsers }) => kind === 'required' && isForBrowsers !== true);
  const results: ReturnType<typeof getResults> = {};

  /** Runs cases at once; a case may be run only once under its name, so a later round gets names of its own. */
  async function run(base: string, ids: ReadonlySet<string>, round: number): Promise<void> {
    const renamed = untouched.map((suite) => ({
      ...suite,
      tests: suite.tests.flatMap((one) =>
        ids.has(one.id) ? [{ ...structuredClone(one), id: `${one.id} ${round}` }] : [],
      ),
    }));
    await runTests(renamed, fetch, false, base, 1000);
    const all = getResults();
    for (const id of ids) results[id] = all[`${id} ${round}`] ?? ['missing', 'was not run'];
  }

  beforeAll(async () => {
    const { server, port } = await startOrigin();
    const config = { cache_set_cookie: true, cache_http_status: statuses };
    await using place = await placeWith({ suite: routeTo(port, config) });
    await using plane = startDataPlane(place);
    await plane.ready();
    // The suite says aloud what its origin finds strange.
    const voice = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const base = `http://127.0.0.1:${place.port}`;
    await run(base, new Set(suites.flatMap(({ tests }) => tests.map(({ id }) => id))), 1);
    // Answers that hold for two seconds may have expired on a machine that is busy with other things.
    const late = required.filter(({ id }) => results[id] !== true && !(id in notMet)).map(({ id }) => id);
    if (late.length > 0) await run(base, new Set(late), 2);
    voice.mockRestore();
    server.closeAllConnections();
    server.close();
  });

  test('are all run', () => {
    expect(required.length).toBe(157);
    expect(required.filter(({ id }) => !(id in results))).toEqual([]);
  });

  test('that are required are met, but for those with a reason', () => {
    const failed = required.flatMap(({ id }) => (results[id] === true ? [] : [[id, results[id]?.[1]]]));
    expect(Object.fromEntries(failed)).toEqual(notMet);
  });

  test('that tell a good cache from a bad one are met, most of them', () => {
    const optimal = suites.flatMap(({ tests }) => tests.filter(({ kind }) => kind === 'optimal'));
    const met = optimal.filter(({ id }) => results[id] === true).map(({ id }) => id);
    expect(met.length).toBeGreaterThanOrEqual(75);
  });
});

describe('two workers', () => {
  test.each([
    ['memory', 'memory_cache'],
    ['disk', 'disk_cache_one'],
  ])('answer from the same %s, and a purge holds for both', async (strategy, zone) => {
    await using upstream = await startUpstream((_req, res) => {
      res.setHeader('Cache-Control', 'max-age=3600').end(`answer ${upstream.requests.length}`);
    });
    const config = { cache_strategy: strategy, cache_zone: zone };
    await using place = await placeWith({ r: routeTo(upstream.port, config) });
    await using plane = startDataPlane(place);
    await plane.ready();
    /** Each by a connection of its own: the kernel spreads them over the workers. */
    const ask = async (method = 'GET') => {
      const url = `http://127.0.0.1:${place.port}/page`;
      const response = await globalThis.fetch(url, { method, headers: { connection: 'close' } });
      return `${response.status} ${await response.text()}`;
    };
    const askMany = async () => new Set(await Promise.all(Array.from({ length: 24 }, () => ask())));

    expect(await askMany()).toEqual(new Set(['200 answer 1']));
    expect(await ask('PURGE')).toBe('200 ');
    expect(await askMany()).toEqual(new Set(['200 answer 2']));
    expect(upstream.requests).toHaveLength(2);
  });
});
