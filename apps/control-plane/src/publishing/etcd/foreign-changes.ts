import { Logger } from '@nestjs/common';
import type { Difference, ForeignReport } from '@sluice/sync/etcd';
import type { PublicationLedger, PublishedGroup, Repair } from './publication-ledger.ts';

/** What somebody else has changed in etcd, kept until it is repaired and recorded. */
export class ForeignChanges {
  readonly #group: PublishedGroup;
  readonly #ledger: PublicationLedger;
  readonly #repairs = new Map<string, Repair>();

  constructor(group: PublishedGroup, ledger: PublicationLedger) {
    this.#group = group;
    this.#ledger = ledger;
  }

  /** Somebody was seen at it. */
  seen({ edits }: ForeignReport): void {
    for (const { key, kind, id } of edits) this.#repairs.set(key, { key, kind, id });
  }

  /** Nobody was seen, but what stood there was not what was published. Keys that are `ours` have a reason to differ. */
  found(differences: readonly Difference[], ours: ReadonlySet<string>): void {
    for (const { key, kind, id } of differences) if (!ours.has(key)) this.#repairs.set(key, { key, kind, id });
  }

  /** Records what is repaired by now. Where that fails, it is recorded with the next repair. */
  async record(epoch: number): Promise<void> {
    const repairs = [...this.#repairs.values()];
    if (repairs.length === 0) return;
    await this.#ledger.recordRepair(this.#group, repairs, epoch);
    this.#repairs.clear();
    const { prefix } = this.#group;
    new Logger('publishing').warn(`${repairs.length} keys below ${prefix} in etcd were changed by others: repaired`);
  }
}
