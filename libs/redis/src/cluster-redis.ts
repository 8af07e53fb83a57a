import type { Log } from '@sluice/plugin-kit';
import { readSlots, type SlotOwners } from './cluster-slots.ts';
import { clientLibrary } from './connection.ts';
import { slotOf } from './key-slot.ts';
import { RedisError } from './redis-error.ts';
import { RedisLink } from './redis-link.ts';
import { runScript } from './redis-script.ts';
import type { Redis, RedisArgument, RedisReply, RedisScript } from './redis.ts';
import { addressText, parseRedisAddress, type RedisCluster } from './settings.ts';
import { within } from './within.ts';

/** How often a command follows a key that is being moved. */
const redirectionsMax = 3;
/** How long after a look at the cluster the next one must wait: failing commands ask for one each. */
const lookMsMin = 250;

/** A cluster: each key is asked of the node that has its slot, over a link of its own, so that one lost node costs its keys only. */
export class ClusterRedis implements Redis {
  readonly #settings: RedisCluster;
  readonly #log: Log;
  readonly #links = new Map<string, RedisLink>();
  #owners: SlotOwners | undefined;
  #looking: Promise<void> | undefined;
  #lookedAt = -Infinity;
  #isClosed = false;

  constructor(settings: RedisCluster, log: Log) {
    this.#settings = settings;
    this.#log = log;
  }

  async send(key: string, command: readonly RedisArgument[]): Promise<RedisReply> {
    const slot = slotOf(key);
    let address = this.#owners?.[slot] ?? (await this.#ownerOf(slot));
    let before: readonly RedisArgument[] | undefined;
    for (let redirections = 0; ; redirections += 1) {
      try {
        return await this.#linkTo(address).send(command, before);
      } catch (error) {
        const target = this.#follow(error, slot, address);
        if (target === undefined || redirections === redirectionsMax) throw error;
        before = (error as RedisError).code === 'ASK' ? ['ASKING'] : undefined;
        address = target;
      }
    }
  }

  run(script: RedisScript, key: string, args: readonly (string | number)[]): Promise<RedisReply> {
    return runScript((about, command) => this.send(about, command), script, key, args);
  }

  close(): void {
    this.#isClosed = true;
    for (const link of this.#links.values()) link.close();
    this.#links.clear();
  }

  /** Where a refused command is to go instead; undefined where nobody else can take it. */
  #follow(error: unknown, slot: number, from: string): string | undefined {
    if (!(error instanceof RedisError)) return undefined;
    // A node without a name for the other means another port of its own host (`MOVED 3999 :6381`).
    const target = error.target?.startsWith(':') ? from.replace(/:\d+$/, error.target) : error.target;
    if (error.code === 'MOVED' && target !== undefined && this.#owners) this.#owners[slot] = target;
    // Whatever else is wrong, another node may have the slot by now.
    if (error.code === undefined || error.code === 'MOVED' || error.code === 'CLUSTERDOWN') void this.#look();
    return target;
  }

  async #ownerOf(slot: number): Promise<string> {
    if (this.#owners === undefined) await this.#whenLookedAround();
    const owner = this.#owners?.[slot];
    if (owner !== undefined) return owner;
    void this.#look();
    throw new RedisError(
      this.#owners ? 'No node of the Redis cluster has the slot of a key.' : 'No node of the Redis cluster answers.',
    );
  }

  /** Nodes that hang are tried one after the other: nobody waits for all of them. */
  async #whenLookedAround(): Promise<void> {
    await clientLibrary();
    await within(this.#settings.timeoutMs * 2, this.#look());
  }

  /** Learns who has which slot from the first node that answers, known ones first. Never rejects. */
  #look(): Promise<void> {
    if (this.#looking) return this.#looking;
    if (this.#isClosed || performance.now() - this.#lookedAt < lookMsMin) return Promise.resolve();
    this.#looking = this.#askAround().finally(() => {
      this.#looking = undefined;
      this.#lookedAt = performance.now();
    });
    return this.#looking;
  }

  async #askAround(): Promise<void> {
    const seeds = this.#settings.nodes.map(addressText);
    for (const address of new Set([...this.#links.keys(), ...seeds])) {
      try {
        const owners = readSlots(await this.#linkTo(address).send(['CLUSTER', 'SLOTS']), address);
        if (!owners) continue;
        this.#owners = owners;
        return this.#forgetBut(new Set([...owners, ...seeds]));
      } catch {
        // The link has logged that it is down; the next node may know as well.
      }
    }
  }

  #forgetBut(needed: ReadonlySet<string | undefined>): void {
    for (const [address, link] of this.#links) {
      if (needed.has(address)) continue;
      link.close();
      this.#links.delete(address);
    }
  }

  #linkTo(address: string): RedisLink {
    let link = this.#links.get(address);
    if (!link) {
      const server = parseRedisAddress(address);
      const find = async () => {
        if (!server || this.#isClosed) throw new RedisError(`The Redis cluster names ${address}, which is no address.`);
        return server;
      };
      this.#links.set(address, (link = new RedisLink(find, this.#settings, this.#log)));
    }
    return link;
  }
}
