import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom, startEtcd, startPostgres, type TestEtcd } from '@sluice/testing';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Leadership } from '../src/leadership/leadership.ts';
import { ControlPlaneProcess } from './control-plane-process.ts';
import { EtcdFollower, EtcdKeys } from './etcd-follower.ts';
import { startControlPlane, type TestControlPlane } from './start-control-plane.ts';

const WITHIN = { timeout: 20_000, interval: 10 };

const leads = (plane: TestControlPlane): boolean => plane.app.get(Leadership).isLeader;
const besides = (plane: TestControlPlane): Promise<TestControlPlane> =>
  startControlPlane({ SLUICE_DATABASE_URL: plane.databaseUrl, SLUICE_DATA_DIR: plane.dataDir });

describe('of several control planes', () => {
  test('one leads, and another one when that one stops', async () => {
    await using first = await startControlPlane();
    await vi.waitFor(() => expect(leads(first)).toBe(true), WITHIN);
    await using second = await besides(first);
    expect(leads(second)).toBe(false);

    await first.app.close();
    await vi.waitFor(() => expect(leads(second)).toBe(true), WITHIN);
    expect(leads(first)).toBe(false);
  });

  test('one whose connection is cut ends its duties at once, and there is one leader again', async () => {
    await using plane = await startControlPlane();
    await using other = await besides(plane);
    await vi.waitFor(() => expect(leads(plane)).toBe(true), WITHIN);
    const cut = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name = 'sluice-leadership' AND datname = current_database()`;

    await plane.database.query(cut);

    await vi.waitFor(() => expect(leads(plane)).toBe(false), WITHIN);
    await vi.waitFor(() => expect([leads(plane), leads(other)].filter(Boolean)).toHaveLength(1), WITHIN);
  });
});

describe('under a burst of writes to two control planes that publish to etcd', () => {
  const seed = Number(process.env.SLUICE_TEST_SEED ?? 20_261_121);
  const random = seededRandom(seed);
  let etcd: TestEtcd;
  let dataDir: string;
  let houses = 0;

  beforeAll(async () => {
    etcd = await startEtcd();
    dataDir = await mkdtemp(join(tmpdir(), 'sluice-leadership-'));
  });
  afterAll(async () => {
    await etcd[Symbol.asyncDispose]();
    await rm(dataDir, { recursive: true, force: true });
  });

  /** Two processes, what they published, and the ids that were acknowledged. */
  async function startHouse() {
    const cleanUp = new AsyncDisposableStack();
    const database = cleanUp.use(await startPostgres());
    const prefix = `/house-${(houses += 1)}`;
    const env = {
      SLUICE_DATABASE_URL: database.url,
      SLUICE_DATA_DIR: dataDir,
      SLUICE_ETCD_ENDPOINTS: etcd.url,
      SLUICE_ETCD_PREFIX: prefix,
    };
    const leader = cleanUp.use(await ControlPlaneProcess.start(env));
    await expect.poll(() => leader.terms, WITHIN).toBe(1);
    const successor = cleanUp.use(await ControlPlaneProcess.start(env));
    const follower = cleanUp.use(new EtcdFollower(etcd.url, prefix));
    const keys = cleanUp.use(new EtcdKeys(etcd.url, prefix));
    const db = new Client({ connectionString: database.url });
    await db.connect();
    cleanUp.defer(() => db.end());
    return { leader, successor, follower, keys, db, [Symbol.asyncDispose]: () => cleanUp.disposeAsync() };
  }

  type House = Awaited<ReturnType<typeof startHouse>>;

  /** Writes to both until told to stop; answers which writes were acknowledged. */
  function burst({ leader, successor }: House): { stop(): Promise<Set<string>> } {
    const acknowledged = new Set<string>();
    let isOver = false;
    const writer = async (plane: ControlPlaneProcess, name: number): Promise<void> => {
      for (let i = 0; !isOver && plane.child.exitCode === null && plane.child.signalCode === null; i += 1) {
        const id = `w${name}-${i}`;
        if (await plane.put(id)) acknowledged.add(id);
      }
    };
    const writers = [leader, leader, successor, successor].map(writer);
    return {
      stop: async () => {
        isOver = true;
        await Promise.all(writers);
        return acknowledged;
      },
    };
  }

  /** Waits until etcd holds what the database does, and checks how it came to that. */
  async function expectAllArrived({ follower, db }: House, acknowledged: Set<string>): Promise<void> {
    const select = `SELECT head_revision::integer AS revision, encode(digest, 'hex') AS digest FROM gateway_group`;
    await vi.waitFor(async () => expect(follower.held).toEqual((await db.query(select)).rows[0]), WITHIN);
    const held = new Set([...follower.state.values()].map(({ id }) => id));
    expect([...acknowledged].filter((id) => !held.has(id))).toEqual([]);
    expect(follower.revisions).toEqual(follower.revisions.toSorted((a, b) => a - b));
    expect(follower.complaints).toEqual([]);
    const repairs = `SELECT detail FROM audit_entry WHERE action = 'etcd.repair'`;
    expect((await db.query(repairs)).rows).toEqual([]);
  }

  test.each([1, 2, 3])(`the leader is killed: nothing acknowledged is lost (seed ${seed}, round %i)`, async () => {
    await using house = await startHouse();
    const { leader, successor, follower } = house;
    const writes = burst(house);
    const killAt = 20 + random.below(100);
    await vi.waitFor(() => expect(follower.state.revision).toBeGreaterThan(killAt), WITHIN);

    await leader.kill();

    await vi.waitFor(() => expect(successor.terms).toBe(1), WITHIN);
    const killedAt = follower.state.revision;
    await vi.waitFor(() => expect(follower.state.revision).toBeGreaterThan(killedAt + 20), WITHIN);
    await expectAllArrived(house, await writes.stop());
  });

  test('the leader is stopped in its tracks: another one leads, and what the old one still writes fails', async () => {
    await using house = await startHouse();
    const { leader, successor, follower, keys } = house;
    const writes = burst(house);
    await vi.waitFor(() => expect(follower.state.revision).toBeGreaterThan(20), WITHIN);
    const { epoch } = await keys.head();

    leader.child.kill('SIGSTOP');
    await vi.waitFor(() => expect(successor.terms).toBe(1), WITHIN);
    await vi.waitFor(async () => expect((await keys.head()).epoch).toBeGreaterThan(epoch), WITHIN);
    leader.child.kill('SIGCONT');

    await expect.poll(() => leader.output, WITHIN).toContain('leadership is lost');
    const resumedAt = follower.state.revision;
    await vi.waitFor(() => expect(follower.state.revision).toBeGreaterThan(resumedAt + 20), WITHIN);
    await expectAllArrived(house, await writes.stop());
    expect([leader.terms, successor.terms]).toEqual([1, 1]);
  });
});
