import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { GatewayError } from '@sluice/errors';
import type { EtcdClient, EtcdPublisher, ForeignReport, KeyLayout } from '@sluice/sync/etcd';
import type { Term } from '../../leadership/leadership.ts';
import type { ConfigReader, Delta } from '../config-reader.ts';
import { WakeUp } from '../wake-up.ts';
import { ForeignChanges } from './foreign-changes.ts';
import { requireOwnPrefix } from './own-prefix.ts';
import type { PublicationLedger, PublishedGroup } from './publication-ledger.ts';
import { PublicationStatus, type Trouble } from './publication-status.ts';
import { publishedChanges, publishedState } from './published.ts';

/** What a group is published with. */
export interface PublishingTools {
  readonly client: EtcdClient;
  readonly layout: KeyLayout;
  readonly publisher: EtcdPublisher;
  readonly reader: ConfigReader;
  readonly ledger: PublicationLedger;
}

const FIRST_BACKOFF_MS = 100;
const LONGEST_BACKOFF_MS = 5_000;

/** Comparing reads everything: whoever edits against us, or claims what is ours, does not make us do that all the time. */
const COMPARE_EVERY_MS = 1_000;

/**
 * Publishes one gateway group for as long as this control plane leads. Each step brings etcd from the revision that stands
 * there to the newest one, by its net effect: a burst is caught up with, and a step that was cut off is repeated.
 */
export class GroupPublisher {
  readonly #group: PublishedGroup;
  readonly #tools: PublishingTools;
  readonly #status: PublicationStatus;
  readonly #foreign: ForeignChanges;
  readonly #wakeUp = new WakeUp();
  readonly #log = new Logger('publishing');
  /** Ends the watch of a claim; undefined while the prefix is not ours. */
  #claim: AbortController | undefined;
  /** False while what stands in etcd may be anything: then only a comparison with everything helps. */
  #isContinuing = false;
  #mustCompare = false;
  #comparedAt = -Infinity;
  #trouble: Trouble | null = null;
  #failures = 0;

  constructor(group: PublishedGroup, tools: PublishingTools) {
    this.#group = group;
    this.#tools = tools;
    this.#foreign = new ForeignChanges(group, tools.ledger);
    this.#status = new PublicationStatus(group.id, tools.ledger, () => tools.publisher.head);
  }

  /** There is a new revision. */
  wake(): void {
    this.#wakeUp.wake();
  }

  /** Ends with the term. Whatever goes wrong before that is tried again. */
  async run(term: Term): Promise<void> {
    while (!term.signal.aborted) {
      try {
        await this.#catchUp(term.signal);
        this.#succeeded();
        const restMs = Math.min(await this.#status.tell(null), this.#untilCompare());
        await this.#wakeUp.rest(Math.max(1, restMs), term.signal);
      } catch (error) {
        if (!term.signal.aborted) await this.#recover(error, term);
      }
    }
    this.#claim?.abort();
  }

  async #catchUp(signal: AbortSignal): Promise<void> {
    if (!this.#claim) await this.#takeOver(signal);
    const hasWritten = this.#isContinuing && (await this.#step());
    if (this.#untilCompare() <= 0) await this.#compare();
    // Nothing was to be done: a good moment to see whether it could have been.
    else if (!hasWritten) await this.#tools.client.range(this.#tools.layout.ownRange);
  }

  async #takeOver(signal: AbortSignal): Promise<void> {
    const { client, layout, publisher, reader, ledger } = this.#tools;
    await requireOwnPrefix(this.#group, ledger, client, layout);
    await ledger.begin(this.#group);
    const { head } = await publisher.takeOver();
    this.#isContinuing =
      head !== null && (await reader.isKnown(this.#group.id, head.revision, Buffer.from(head.digest, 'hex')));
    // While nobody led, nobody watched: what stands there is looked through once.
    this.#mustCompare = true;
    this.#watch(signal);
  }

  /** Brings etcd to the newest revision; false where it is there already. */
  async #step(): Promise<boolean> {
    const { publisher, reader, ledger } = this.#tools;
    const from = publisher.head?.revision ?? 0;
    const delta = await reader.collect(this.#group.id, from);
    const { revision } = delta.commit;
    if (revision <= from) return false;
    await publisher.publish({ ...delta.commit, changes: publishedChanges(delta) });
    await ledger.crossOut(this.#group.id, revision);
    return true;
  }

  #untilCompare(): number {
    return this.#mustCompare ? this.#comparedAt + COMPARE_EVERY_MS - performance.now() : Infinity;
  }

  /** Makes etcd exactly what it should be, and records what somebody else has made of it. */
  async #compare(): Promise<void> {
    const { publisher, reader, ledger } = this.#tools;
    const from = this.#isContinuing ? publisher.head?.revision : undefined;
    // What is reported from here on may come too late for this comparison.
    this.#mustCompare = false;
    this.#comparedAt = performance.now();
    try {
      const state = await reader.collect(this.#group.id, null);
      const differences = await publisher.publishSnapshot(publishedState(state));
      if (from !== undefined) this.#foreign.found(differences, await this.#keysChanged(from, state));
      this.#isContinuing = true;
      await ledger.crossOut(this.#group.id, state.commit.revision);
      await this.#foreign.record(publisher.head?.epoch ?? 0);
    } catch (error) {
      this.#mustCompare = true;
      throw error;
    }
  }

  /** The keys that revisions after one have changed, up to a state. */
  async #keysChanged(from: number, state: Delta): Promise<ReadonlySet<string>> {
    const { reader, layout } = this.#tools;
    const isNewer = state.commit.revision > from;
    const { changes } = isNewer ? await reader.collect(this.#group.id, from) : { changes: [] };
    return new Set(changes.map(({ kind, id }) => layout.keyOf(kind, id)));
  }

  #watch(signal: AbortSignal): void {
    const claim = new AbortController();
    this.#claim = claim;
    const note = (report: ForeignReport): void => {
      this.#foreign.seen(report);
      this.#mustCompare = true;
      this.#wakeUp.wake();
    };
    // It ends by itself where somebody else has claimed the prefix, which the next write finds out.
    void this.#tools.publisher.watchForeign(note, AbortSignal.any([signal, claim.signal]));
  }

  #succeeded(): void {
    if (this.#trouble) this.#log.log(`${this.#group.name} is published to etcd again`);
    this.#trouble = null;
    this.#failures = 0;
  }

  async #recover(error: unknown, term: Term): Promise<void> {
    const isPassing = !(error instanceof GatewayError) || error.isRetryable;
    if (!isPassing) {
      // Whoever has claimed what is ours may be the next leader: then we only have not heard of it yet.
      await term.confirm();
      this.#claim?.abort();
      this.#claim = undefined;
    }
    const trouble = troubleOf(error);
    if (trouble.reason !== this.#trouble?.reason)
      this.#log.warn(`${this.#group.name} is not published: ${detailOf(error)}`);
    this.#trouble = trouble;
    // Where the database is what fails, nobody can be told.
    await this.#status.tell(trouble).catch(() => undefined);
    const ceiling = isPassing ? Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** this.#failures) : COMPARE_EVERY_MS;
    this.#failures += 1;
    await delay(randomInt(ceiling / 2, ceiling), undefined, { signal: term.signal }).catch(() => undefined);
  }
}

function troubleOf(error: unknown): Trouble {
  if (!(error instanceof GatewayError)) return { reason: 'The database cannot be read.', isEtcd: false };
  return { reason: error.message, isEtcd: error.code.startsWith('ETCD_') };
}

/** For the log: it names servers and keys, never values or credentials. */
function detailOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error instanceof GatewayError && error.detail ? `${error.message} (${error.detail})` : error.message;
}
