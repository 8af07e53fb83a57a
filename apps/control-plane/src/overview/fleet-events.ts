import { Inject, Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { InstanceRegistry } from '../instances/instance-registry.ts';
import { type Instance, toInstance } from '../instances/instance-view.ts';
import { Instances } from '../instances/instances.service.ts';
import { RevisionFeed } from '../publishing/revision-feed.ts';
import type { EventClient } from './event-client.ts';
import { EventStreams } from './event-streams.ts';
import { FleetHistory } from './fleet-history.ts';

const LOOK_EVERY_MS = 1_000;
/** A burst of revisions is one event. */
const REVISIONS_EVERY_MS = 100;

/** Tells those who watch a group what happens in it, whichever control plane it happens at. */
@Injectable()
export class FleetEvents implements OnModuleInit, OnModuleDestroy {
  /** What the clients of a group know of its instances, by id. */
  readonly #told = new Map<number, Map<string, string>>();
  readonly #pendingRevisions = new Map<number, NodeJS.Timeout>();
  readonly #subscriptions: (() => void)[] = [];
  #looking: Promise<void> | undefined;

  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(EventStreams) private readonly streams: EventStreams,
    @Inject(Instances) private readonly instances: Instances,
    @Inject(InstanceRegistry) private readonly registry: InstanceRegistry,
    @Inject(RevisionFeed) private readonly feed: RevisionFeed,
    @Inject(FleetHistory) private readonly history: FleetHistory,
  ) {}

  onModuleInit(): void {
    const timer = setInterval(() => void this.#look(), LOOK_EVERY_MS);
    this.#subscriptions.push(
      () => clearInterval(timer),
      this.feed.onHead((groupId) => this.#revisionsMade(groupId)),
      this.registry.onChange(() => void this.#look()),
      this.history.onSample((groupId, rates) => this.streams.send(groupId, 'metrics', { rates })),
    );
  }

  onModuleDestroy(): void {
    for (const unsubscribe of this.#subscriptions) unsubscribe();
    for (const timer of this.#pendingRevisions.values()) clearTimeout(timer);
  }

  /** Starts a client with the present, so that nothing is missed between its first reads and its stream. */
  async add(client: EventClient): Promise<void> {
    const { groupId } = client;
    this.streams.add(client);
    try {
      const revision = await this.#latestRevision(groupId);
      if (revision) client.send('revision', revision);
      const instances = (await this.instances.rows(groupId)).map(toInstance);
      for (const instance of instances) client.send('instance', instance);
      if (!this.#told.has(groupId)) this.#told.set(groupId, essences(instances));
    } catch (error) {
      client.close();
      throw error;
    }
  }

  #revisionsMade(groupId: number): void {
    if (this.#pendingRevisions.has(groupId) || !this.streams.watchedGroups().has(groupId)) return;
    const tell = async (): Promise<void> => {
      this.#pendingRevisions.delete(groupId);
      const revision = await this.#latestRevision(groupId);
      if (revision) this.streams.send(groupId, 'revision', revision);
    };
    const timer = setTimeout(() => void tell().catch(warn), REVISIONS_EVERY_MS);
    this.#pendingRevisions.set(groupId, timer);
  }

  async #latestRevision(groupId: number): Promise<object | undefined> {
    const [row] = await this.database.query<object[]>(
      'SELECT number, author, change_count FROM revision WHERE group_id = $1 ORDER BY number DESC LIMIT 1',
      [groupId],
    );
    return row;
  }

  /** One look at a time; a change that comes while one is under way is seen by the next, a second later. */
  #look(): Promise<void> {
    this.#looking ??= this.#compare()
      .catch(warn)
      .finally(() => (this.#looking = undefined));
    return this.#looking;
  }

  async #compare(): Promise<void> {
    const watched = this.streams.watchedGroups();
    for (const groupId of this.#told.keys()) if (!watched.has(groupId)) this.#told.delete(groupId);
    for (const groupId of watched) {
      const before = this.#told.get(groupId);
      // The first client is being told everything just now.
      if (!before) continue;
      const instances = (await this.instances.rows(groupId)).map(toInstance);
      this.#told.set(groupId, essences(instances));
      const changed = instances.filter((one) => before.get(one.id) !== essence(one));
      for (const instance of changed) this.streams.send(groupId, 'instance', instance);
    }
  }
}

/** All of an instance that is news: time goes by for each of them. */
function essence({ last_seen: _lastSeen, uptime_s: _uptime, ...rest }: Instance): string {
  return JSON.stringify(rest);
}

function essences(instances: readonly Instance[]): Map<string, string> {
  return new Map(instances.map((instance) => [instance.id, essence(instance)]));
}

function warn(error: unknown): void {
  new Logger('overview').warn(`events are late: ${error instanceof Error ? error.message : String(error)}`);
}
