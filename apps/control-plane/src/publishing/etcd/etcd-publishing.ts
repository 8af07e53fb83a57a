import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { namedSecretPatterns } from '@sluice/schema';
import type * as etcdDoor from '@sluice/sync/etcd';
import type { EtcdClient, EtcdOptions, ValueEncoder } from '@sluice/sync/etcd';
import { readEtcdOptions } from '@sluice/sync/etcd-settings';
import { Catalogue } from '../../catalogue/catalogue.ts';
import { SETTINGS, type Settings } from '../../config/settings.ts';
import { Leadership, type Term } from '../../leadership/leadership.ts';
import { ConfigReader } from '../config-reader.ts';
import { FeedDatabase } from '../feed-database.ts';
import { RevisionFeed } from '../revision-feed.ts';
import { WakeUp } from '../wake-up.ts';
import { applyDefaultPrefix } from './default-prefix.ts';
import { GroupPublisher } from './group-publisher.ts';
import { type Publication, PublicationLedger, type PublishedGroup } from './publication-ledger.ts';

/** Groups are made rarely. One that has revisions is heard of at once. */
const LOOK_FOR_GROUPS_MS = 5_000;
const LOOK_AGAIN_MS = 500;

type EtcdDoor = typeof etcdDoor;

/** Publishes every gateway group to etcd, where one is configured and this control plane leads. */
@Injectable()
export class EtcdPublishing implements OnModuleInit {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(FeedDatabase) private readonly database: FeedDatabase,
    @Inject(Leadership) private readonly leadership: Leadership,
    @Inject(Catalogue) private readonly catalogue: Catalogue,
    @Inject(ConfigReader) private readonly reader: ConfigReader,
    @Inject(RevisionFeed) private readonly feed: RevisionFeed,
    @Inject(PublicationLedger) private readonly ledger: PublicationLedger,
  ) {}

  get isConfigured(): boolean {
    return this.settings.etcd_endpoints.length > 0;
  }

  /** How a group stands in etcd; undefined where it is not published. */
  async of(groupId: number): Promise<Publication | undefined> {
    return this.isConfigured ? this.ledger.of(groupId) : undefined;
  }

  async onModuleInit(): Promise<void> {
    if (!this.isConfigured) return;
    const { etcd_prefix: prefix } = this.settings;
    // Loaded only here: most installations have no etcd.
    const etcd = await import('@sluice/sync/etcd');
    const options = readEtcdOptions(this.settings);
    // Settings that make no sense are an error now, not when this control plane comes to lead.
    new etcd.EtcdClient(options).close();
    if (prefix !== undefined) await applyDefaultPrefix(this.database, prefix);
    this.leadership.assign((term) => this.#lead(term, etcd, options));
  }

  /** Publishes for one term, on a connection that ends with it: what is under way is cut off, what hangs ends. */
  async #lead(term: Term, etcd: EtcdDoor, options: EtcdOptions): Promise<void> {
    const client = new etcd.EtcdClient(options);
    const stop = (): void => client.close();
    term.signal.addEventListener('abort', stop, { once: true });
    if (term.signal.aborted) stop();
    const encode = this.#encoder(etcd);
    await this.#publishAll(term, (group) => this.#publisherOf(group, client, etcd, encode));
  }

  /** Runs a publisher per group, also for groups that come later. */
  async #publishAll(term: Term, publisherOf: (group: PublishedGroup) => GroupPublisher): Promise<void> {
    const running = new Map<number, RunningPublisher>();
    const runs: Promise<void>[] = [];
    const wakeUp = new WakeUp();
    const unsubscribe = this.feed.onHead((groupId) => (running.get(groupId)?.publisher ?? wakeUp).wake());
    while (!term.signal.aborted) {
      const groups = await this.ledger.groups().catch(() => undefined);
      for (const group of groups?.filter(({ id }) => !running.has(id)) ?? []) {
        const publisher = publisherOf(group);
        const deletion = new AbortController();
        running.set(group.id, { publisher, deletion });
        runs.push(publisher.run(untilDeleted(term, deletion.signal)));
      }
      if (groups) stopDeleted(running, groups);
      await wakeUp.rest(groups ? LOOK_FOR_GROUPS_MS : LOOK_AGAIN_MS, term.signal);
    }
    unsubscribe();
    await Promise.all(runs);
  }

  #publisherOf(group: PublishedGroup, client: EtcdClient, etcd: EtcdDoor, encode?: ValueEncoder): GroupPublisher {
    const { reader, ledger } = this;
    const layout = new etcd.KeyLayout(group.prefix);
    const publisher = new etcd.EtcdPublisher({ client, prefix: group.prefix, ...(encode && { encode }) });
    return new GroupPublisher(group, { client, layout, publisher, reader, ledger });
  }

  /** With a key ring, secrets are written as APISIX encrypts them. */
  #encoder(etcd: EtcdDoor): ValueEncoder | undefined {
    const { etcd_keyring: keyring } = this.settings;
    if (keyring.length === 0) return undefined;
    return etcd.apisixEncryption(keyring, namedSecretPatterns(this.catalogue.lookup)).encode;
  }
}

interface RunningPublisher {
  readonly publisher: GroupPublisher;
  readonly deletion: AbortController;
}

/** A term that also ends with the group that is published. */
function untilDeleted(term: Term, deletion: AbortSignal): Term {
  return { signal: AbortSignal.any([term.signal, deletion]), confirm: () => term.confirm() };
}

/** What a deleted group has left in etcd stays there: its data planes go on with it until somebody clears the prefix. */
function stopDeleted(running: Map<number, RunningPublisher>, groups: readonly PublishedGroup[]): void {
  for (const [id, { deletion }] of running) {
    if (groups.some((group) => group.id === id)) continue;
    deletion.abort();
    running.delete(id);
  }
}
