import { type KindName, kinds } from '@sluice/schema';
import type { Batch } from '@sluice/sync';

/** Kinds that dashboards for APISIX ask for, and that are there from the beginning. */
const usual: readonly KindName[] = [
  'route',
  'service',
  'ssl',
  'consumer',
  'global_rule',
  'upstream',
  'stream_route',
  'proto',
];

/** The revision that last changed each kind of resource, as APISIX counts them. */
export class ModifyIndexes {
  readonly #byKind = new Map<string, number>();
  #revision = 0;

  constructor() {
    this.#reset();
  }

  /** Takes in what is now in service. */
  note({ type, revision, changes }: Batch): void {
    if (type === 'snapshot') this.#reset();
    this.#revision = revision;
    for (const { kind, body, modifiedRevision } of changes) {
      const changed = body === null ? revision : modifiedRevision;
      this.#byKind.set(kind, Math.max(this.#byKind.get(kind) ?? 0, changed));
    }
  }

  /** Each with its key. */
  *entries(): IterableIterator<[key: string, index: number]> {
    for (const [kind, index] of this.#byKind) yield [kinds.get(kind as KindName)?.plural ?? kind, index];
    yield ['max_modify_index', Math.max(...this.#byKind.values())];
    for (const key of ['prev_index', 'x_etcd_index']) yield [key, this.#revision];
  }

  #reset(): void {
    this.#byKind.clear();
    for (const kind of usual) this.#byKind.set(kind, 0);
  }
}
