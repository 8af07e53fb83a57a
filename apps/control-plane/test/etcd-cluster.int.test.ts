import { startEtcdCluster } from '@sluice/testing';
import { expect, test, vi } from 'vitest';
import { headOf } from './data-plane-client.ts';
import { EtcdFollower } from './etcd-follower.ts';
import { startControlPlane } from './start-control-plane.ts';

const WITHIN = { timeout: 30_000, interval: 20 };

test('the leader of three etcd members is killed under writes: publishing goes on, and nothing is lost', async () => {
  await using etcd = await startEtcdCluster(3);
  await using plane = await startControlPlane({ SLUICE_ETCD_ENDPOINTS: etcd.endpoints });
  await using follower = new EtcdFollower(etcd.endpoints);
  const acknowledged: string[] = [];
  let isOver = false;
  const writing = (async () => {
    for (let i = 0; !isOver; i += 1) {
      const value = { uri: `/w/${i}`, upstream: { nodes: { '127.0.0.1:1980': 1 } } };
      const { status } = await plane.call('PUT', `/api/v1/groups/default/resources/routes/w${i}`, value);
      if (status === 201) acknowledged.push(`w${i}`);
    }
  })();

  for (const round of [1, 2]) {
    const seen = follower.state.revision;
    await vi.waitFor(() => expect(follower.state.revision).toBeGreaterThan(seen + 20), WITHIN);
    const victim = await etcd.leader();
    await victim.kill();
    const killedAt = (await headOf(plane)).revision;
    await vi.waitFor(() => expect(follower.state.revision, `round ${round}`).toBeGreaterThan(killedAt), WITHIN);
    expect(await etcd.leader()).not.toBe(victim);
    await victim.restart();
  }
  isOver = true;
  await writing;

  await vi.waitFor(async () => expect(follower.held).toEqual(await headOf(plane)), WITHIN);
  const held = new Set([...follower.state.values()].map(({ id }) => id));
  expect(acknowledged.filter((id) => !held.has(id))).toEqual([]);
  expect(follower.complaints).toEqual([]);
  const { body } = await plane.call('GET', '/api/v1/audit?limit=200');
  expect((body.list as { action: string }[]).filter(({ action }) => action === 'etcd.repair')).toEqual([]);
});
