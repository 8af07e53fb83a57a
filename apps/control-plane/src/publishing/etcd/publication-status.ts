import type { Head } from '@sluice/sync/etcd';
import type { PublicationLedger } from './publication-ledger.ts';

/** What keeps a group from being published, in words for everybody. */
export interface Trouble {
  readonly reason: string;
  /** True where it is etcd that cannot be reached or refuses. */
  readonly isEtcd: boolean;
}

const EVERY_MS = 1_000;
const HEARTBEAT_MS = 5_000;

/** Tells the ledger how a group stands: a change of the connection at once, what moves all the time once a second. */
export class PublicationStatus {
  readonly #groupId: number;
  readonly #ledger: PublicationLedger;
  readonly #head: () => Head | null;
  #toldAt = -Infinity;
  #told: string | undefined;
  #trouble: string | undefined;

  constructor(groupId: number, ledger: PublicationLedger, head: () => Head | null) {
    this.#groupId = groupId;
    this.#ledger = ledger;
    this.#head = head;
  }

  /** Writes what there is to tell; answers after how long to call again. */
  async tell(trouble: Trouble | null): Promise<number> {
    const { revision = 0, epoch = 0 } = this.#head() ?? {};
    const connected = !trouble?.isEtcd;
    const report = { connected, reason: trouble?.reason ?? null, head_revision: revision, epoch };
    const text = JSON.stringify(report);
    const isTurn = this.#trouble !== trouble?.reason;
    const every = isTurn ? 0 : text === this.#told ? HEARTBEAT_MS : EVERY_MS;
    const wait = this.#toldAt + every - performance.now();
    if (wait > 0) return wait;
    await this.#ledger.report(this.#groupId, report);
    this.#toldAt = performance.now();
    this.#told = text;
    this.#trouble = trouble?.reason;
    return HEARTBEAT_MS;
  }
}
