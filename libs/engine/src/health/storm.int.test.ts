import { seededRandom } from '@sluice/testing';
import { describe, expect, test, vi } from 'vitest';
import { testPlugin } from '../pipeline/fixtures/test-plugin.ts';
import { type CheckedGateway, startCheckedGateway } from './fixtures/start-checked-gateway.ts';
import { type MortalServer, startMortalServer } from './fixtures/mortal-server.ts';

const serverCount = 6;
const clientCount = 16;
const stepCount = 40;
const answersPerStep = 600;

interface Storm {
  readonly servers: readonly MortalServer[];
  checked: CheckedGateway | null;
  isOver: boolean;
  /** Answers by status. */
  readonly answers: Map<number, number>;
  /** Requests that were sent to a node that was known to be down while another one was not. */
  readonly mistakes: string[];
  /** How often a node was found down. */
  deaths: number;
}

/** What the board says now, by node. */
function knownDown({ checked, servers }: Storm): Set<string> {
  const states = checked?.states() ?? {};
  return new Set(servers.filter(({ probed }) => states[probed]?.endsWith('unhealthy')).map(({ node }) => node));
}

/** Sees every try in the moment in which its node was chosen. */
function watcher(storm: Storm) {
  return testPlugin('watcher', () => ({
    beforeProxy: ({ node = '' }) => {
      const down = knownDown(storm);
      if (down.size < serverCount && down.has(node)) storm.mistakes.push(`${node} while down: ${[...down].join(' ')}`);
      return undefined;
    },
  }));
}

async function sendRequests(storm: Storm): Promise<void> {
  for (let i = 0; !storm.isOver; i += 1) {
    const status = (await storm.checked?.gateway.get(`/?key=${i % 50}`))?.statusCode ?? 0;
    storm.answers.set(status, (storm.answers.get(status) ?? 0) + 1);
  }
}

function answersOf({ answers }: Storm): number {
  return [...answers.values()].reduce((sum, count) => sum + count, 0);
}

/** Kills and revives by the dice, but never the last server that is well and known to be. */
async function rage(storm: Storm, seed: number): Promise<void> {
  const random = seededRandom(seed);
  for (let step = 0; step < stepCount; step += 1) {
    const down = knownDown(storm);
    const well = storm.servers.filter(({ isAlive, node }) => isAlive && !down.has(node));
    const chosen = random.pick(storm.servers);
    if (!chosen.isAlive) chosen.revive();
    else if (well.filter((server) => server !== chosen).length > 0) {
      chosen.die();
      storm.deaths += 1;
    }
    const enough = answersOf(storm) + answersPerStep;
    await vi.waitUntil(() => answersOf(storm) >= enough, { timeout: 20_000, interval: 5 });
  }
}

describe('targets that die and come back under load', () => {
  test.each([
    ['roundrobin', 1],
    ['chash', 2],
    ['least_conn', 3],
    ['ewma', 4],
  ])('%s: no request goes to a node known to be down, and none fails that a retry could save', async (type, seed) => {
    await using first = await startMortalServer('127.0.0.11', 0);
    const probePort = Number(first.probed.split(':')[1]);
    await using others = new AsyncDisposableStack();
    const servers = [first];
    for (let i = 1; i < serverCount; i += 1)
      servers.push(others.use(await startMortalServer(`127.0.0.${11 + i}`, probePort)));
    const storm: Storm = { servers, checked: null, isOver: false, answers: new Map(), mistakes: [], deaths: 0 };
    const checks = {
      active: { port: probePort, healthy: { successes: 1 }, unhealthy: { tcp_failures: 1 } },
      passive: { unhealthy: { tcp_failures: 1 } },
    };
    const upstream = { type, key: 'arg_key', nodes: Object.fromEntries(servers.map(({ node }) => [node, 1])), checks };
    const value = { uri: '/*', plugins: { watcher: {} }, upstream };
    await using checked = await startCheckedGateway([{ kind: 'route', id: '1', value }], {
      plugins: [watcher(storm)],
    });
    storm.checked = checked;

    const clients = Array.from({ length: clientCount }, () => sendRequests(storm));
    await rage(storm, seed);
    storm.isOver = true;
    await Promise.all(clients);

    expect(storm.mistakes).toEqual([]);
    expect([...storm.answers.keys()]).toEqual([200]);
    expect(storm.deaths).toBeGreaterThan(5);
    for (const server of servers) server.revive();
    await expect.poll(() => knownDown(storm).size, { timeout: 10_000 }).toBe(0);
  });
});
