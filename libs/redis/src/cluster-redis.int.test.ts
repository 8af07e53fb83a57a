import { freePort, startRedisCluster, startRedisSentinel } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { opened } from './fixtures/opened.ts';
import { slotOf } from './key-slot.ts';
import { parseRedisAddress, type RedisCluster, type SentinelRedis } from './settings.ts';

/** A busy machine takes its time. */
const patience = { timeout: 20_000 };

const clusterOf = (nodes: readonly string[]): RedisCluster => ({
  mode: 'cluster',
  timeoutMs: 3_000,
  nodes: nodes.map((node) => parseRedisAddress(node) ?? { host: '', port: 0 }),
});
const keys = Array.from({ length: 60 }, (_, i) => `key ${i}`);

describe('a cluster', () => {
  test('that is not there is said to be away', async () => {
    using client = opened(clusterOf([`127.0.0.1:${await freePort()}`]));
    await expect(client.get('a')).rejects.toThrow('No node of the Redis cluster answers.');
  });

  test('takes each key where its slot is, also where only one node is configured, and follows slots that move', async () => {
    await using cluster = await startRedisCluster();
    using client = opened(clusterOf(cluster.nodes.slice(1, 2)));
    await Promise.all(keys.map((key) => client.set(key, key)));
    expect(await Promise.all(keys.map(client.get))).toEqual(keys);

    const slot = String(slotOf('moving'));
    await client.set('moving', '1');
    const ids = await Promise.all(cluster.masters.map((master) => master.say('CLUSTER', 'MYID')));
    const sizes = await Promise.all(
      cluster.masters.map(async (master) => Number(await master.say('CLUSTER', 'COUNTKEYSINSLOT', slot))),
    );
    const from = sizes.findIndex((size) => size > 0);
    const to = (from + 1) % 3;
    const [source, target] = [cluster.masters[from], cluster.masters[to]];
    if (!source || !target) throw new Error('The key is nowhere.');
    await target.say('CLUSTER', 'SETSLOT', slot, 'IMPORTING', ids[from]?.trim() ?? '');
    await source.say('CLUSTER', 'SETSLOT', slot, 'MIGRATING', ids[to]?.trim() ?? '');
    await source.say('MIGRATE', target.host, String(target.port), 'moving', '0', '1000');
    expect(await client.get('moving')).toBe('1');
    for (const master of cluster.masters) await master.say('CLUSTER', 'SETSLOT', slot, 'NODE', ids[to]?.trim() ?? '');
    expect(await client.get('moving')).toBe('1');
  });

  test('loses the keys of a lost node only, and asks its replica as soon as that has taken over', async () => {
    await using cluster = await startRedisCluster(1);
    using client = opened(clusterOf(cluster.nodes));
    await Promise.all(keys.map((key) => client.set(key, key)));
    await cluster.masters[0]?.kill();
    const answers = await Promise.all(keys.map((key) => client.get(key).catch(() => 'away')));
    expect(new Set(answers.map((answer, i) => answer === 'away' || answer === keys[i]))).toEqual(new Set([true]));
    expect(answers.filter((answer) => answer !== 'away').length).toBeGreaterThan(20);
    const all = () => Promise.all(keys.map((key) => client.set(key, 'new').catch(() => 'away')));
    await expect.poll(async () => new Set(await all()), patience).toEqual(new Set(['OK']));
  });
});

describe('a master that sentinels know', () => {
  const settings = (port: number, master: string): SentinelRedis => ({
    mode: 'sentinel',
    sentinels: [{ host: '127.0.0.1', port }],
    master,
    database: 0,
    timeoutMs: 3_000,
  });

  test('that they do not know is said to be away, and so is a sentinel that is not there', async () => {
    await using watched = await startRedisSentinel();
    using stranger = opened(settings(watched.sentinel.port, 'stranger'));
    await expect(stranger.get('a')).rejects.toThrow('No sentinel knows a master stranger.');
    using nowhere = opened(settings(await freePort(), watched.masterName));
    await expect(nowhere.get('a')).rejects.toThrow('ECONNREFUSED');
  });

  test('is told to those only who may ask the sentinel', async () => {
    await using watched = await startRedisSentinel('sentinel-secret');
    const known = settings(watched.sentinel.port, watched.masterName);
    for (const sentinelPassword of [undefined, 'other-secret']) {
      using stranger = opened({ ...known, sentinelPassword });
      const error = await stranger.get('a').catch(String);
      expect(error).toMatch(/answers with (NOAUTH|WRONGPASS)\./);
      expect(JSON.stringify([error, stranger.log.lines])).not.toContain('secret');
    }
    using client = opened({ ...known, sentinelPassword: 'sentinel-secret' });
    expect(await client.set('a', '1')).toBe('OK');
  });

  test('is replaced by the one that takes over', async () => {
    await using watched = await startRedisSentinel();
    const silent = { host: '127.0.0.1', port: await freePort() };
    const known = settings(watched.sentinel.port, watched.masterName);
    using client = opened({ ...known, sentinels: [silent, ...known.sentinels] });
    await client.set('a', '1');
    await watched.servers[0].kill();
    await expect.poll(() => client.set('a', '2').catch(() => 'away'), patience).toBe('OK');
    expect(await watched.servers[1].say('GET', 'a')).toBe('2\n');
  });
});
