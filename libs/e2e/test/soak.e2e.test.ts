import { randomInt } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setInterval } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { seededRandom } from '@sluice/testing';
import { expect, test } from 'vitest';
import { type House, startHouse, UnreliableUpstream, UnrulyClients } from '../src/index.ts';

const seed = Number(process.env.SLUICE_TEST_SEED ?? randomInt(2 ** 31));
const isLong = process.env.SLUICE_TEST_LONG !== undefined;
const lastsMs = (isLong ? 1_200 : 120) * 1_000;
/** Until then code is compiled and pools fill: the heap may grow. */
const warmUpMs = Math.min(30_000, lastsMs / 4);
const changeEveryMs = 100;
const collectEveryMs = 2_000;
const probe = fileURLToPath(new URL('../src/soak/heap-probe.ts', import.meta.url));

test(
  `aborts, slow readers, resets, dying upstreams and constant changes mix up no answer and leave nothing (seed ${seed})`,
  { timeout: lastsMs + 180_000 },
  async ({ annotate }) => {
    const random = seededRandom(seed);
    const directory = await mkdtemp(join(tmpdir(), 'sluice-soak-'));
    await using cleanUp = new AsyncDisposableStack();
    cleanUp.defer(() => rm(directory, { recursive: true, force: true }));
    const socketPath = join(directory, 'probe');
    const house = cleanUp.use(
      await startHouse({
        SLUICE_ACCESS_LOG: 'off',
        NODE_OPTIONS: `--expose-gc --import=${probe}`,
        SOAK_PROBE: socketPath,
      }),
    );
    const upstreams = await Promise.all(Array.from({ length: 3 }, () => UnreliableUpstream.start(random)));
    for (const upstream of upstreams) cleanUp.use(upstream);
    await configure(house, upstreams, 0);
    await house.admin.put('routes/soak', { uri: '/soak/*', service_id: 'soak' });
    await house.untilInSync();

    const clients = new UnrulyClients(house.proxyUrl, 24, random);
    const changing = changeUntil(house, upstreams, performance.now() + lastsMs);
    const heaps = await disturb(clients, upstreams, socketPath);
    await changing;
    await clients.stop();
    await configure(house, [], 0);
    await house.untilInSync();

    const growth = median(heaps.slice(-heaps.length / 3)) / median(heaps.slice(0, heaps.length / 3)) - 1;
    await annotate(
      `${JSON.stringify({ ...clients.counts, ...clients.refusals })}, heap ${Math.round(median(heaps) / 2 ** 20)} MiB, growth ${growth}`,
    );
    expect(clients.mixUps).toEqual([]);
    expect(clients.counts.right).toBeGreaterThan(0.7 * (clients.counts.refused + clients.counts.broken));
    expect(errorLines(house)).toEqual([]);
    expect(house.dataPlane.isRunning).toBe(true);
    const nodes = upstreams.map(({ node }) => node);
    for (const upstream of upstreams) await upstream[Symbol.asyncDispose]();
    await expect.poll(() => gatewaySockets(house.ports.http, nodes), { timeout: 30_000 }).toEqual([]);
    expect(growth).toBeLessThan(0.05);
  },
);

/** Upstreams die in turns, slow readers go on now and then, and the heap is looked at. Returns its sizes after the warm-up. */
async function disturb(
  clients: UnrulyClients,
  upstreams: readonly UnreliableUpstream[],
  socketPath: string,
): Promise<number[]> {
  const began = performance.now();
  const heaps: number[] = [];
  let tick = 0;
  for await (const _ of setInterval(50)) {
    tick += 1;
    clients.tick();
    const passed = performance.now() - began;
    if (tick % 30 === 0) await upstreams[(tick / 30) % upstreams.length]?.dieAndReturn();
    if ((tick * 50) % collectEveryMs === 0) {
      const heap = await heapOf(socketPath);
      if (passed > warmUpMs) heaps.push(heap);
    }
    if (passed > lastsMs) break;
  }
  return heaps;
}

async function changeUntil(house: House, upstreams: readonly UnreliableUpstream[], endMs: number): Promise<void> {
  let version = 0;
  for await (const _ of setInterval(changeEveryMs)) {
    version += 1;
    if (version % 3 === 0) await configure(house, upstreams, version);
    else if (version % 3 === 1) await house.admin.put('global_rules/soak', { plugins: rewriting('X-Global', version) });
    else await house.admin.put('routes/soak', { uri: '/soak/*', service_id: 'soak', desc: `version ${version}` });
    if (performance.now() > endMs) return;
  }
}

async function configure(house: House, upstreams: readonly UnreliableUpstream[], version: number): Promise<void> {
  const nodes = Object.fromEntries(upstreams.map(({ node }, i) => [node, 1 + ((version + i) % 3)]));
  await house.admin.put('services/soak', {
    upstream: { type: 'roundrobin', nodes },
    plugins: rewriting('X-Service', version),
  });
}

function rewriting(name: string, version: number): object {
  return { 'proxy-rewrite': { headers: { set: { [name]: String(version) } } } };
}

/** Bytes in use in all threads of the data plane after a forced collection. */
async function heapOf(socketPath: string): Promise<number> {
  return Number(await text(connect(socketPath)));
}

/** Connections of the gateway that are still held by a process: those with clients, and those with upstreams. */
async function gatewaySockets(port: number, nodes: readonly string[]): Promise<string[]> {
  const ports = nodes.map((node) => Number(node.split(':')[1]));
  const rows = (await readFile('/proc/net/tcp', 'utf8')).trim().split('\n').slice(1);
  return rows.filter((row) => {
    const [, local = '', remote = '', state, , , , , , inode] = row.trim().split(/\s+/);
    const isHeld = inode !== '0' && state !== '0A';
    return isHeld && (portOf(local) === port || ports.includes(portOf(remote)));
  });
}

function portOf(address: string): number {
  return Number.parseInt(address.split(':')[1] ?? '', 16);
}

function errorLines({ dataPlane }: House): string[] {
  return dataPlane.output.split('\n').filter((line) => line !== '' && !/"level":"(info|warn)"/.test(line));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
