import { ConfigState } from '../config-state.ts';
import type { Batch, ConfigSink, LinkState, Verdict } from '../source.ts';

/** A sink for tests: holds what arrives, acknowledges it, and remembers everything. */
export class RecordingSink implements ConfigSink {
  readonly state = new ConfigState();
  readonly batches: Batch[] = [];
  /** Batches that did not continue the state, or did not sum to their digest. */
  readonly refused: Batch[] = [];
  readonly links: LinkState[] = [];
  answer: ((batch: Batch) => Promise<Verdict>) | undefined;

  position() {
    return this.batches.length === 0 ? null : { revision: this.state.revision, digest: this.state.digest };
  }

  async receive(batch: Batch): Promise<Verdict> {
    const refusal = this.state.apply(batch);
    if (refusal) {
      this.refused.push(batch);
      if (batch.type === 'delta') return { type: 'resync', reason: refusal };
      return { type: 'nack', revision: batch.revision, errors: [{ kind: '', id: '', message: refusal }] };
    }
    this.batches.push(batch);
    if (this.answer) return this.answer(batch);
    return { type: 'ack', revision: this.state.revision, digest: this.state.digest };
  }

  linkChanged(state: LinkState): void {
    this.links.push(state);
  }

  get link(): LinkState | undefined {
    return this.links.at(-1);
  }

  /** `kind/id` -> body as text. */
  get contents(): Record<string, string> {
    const pairs = [...this.state.values()].map(({ kind, id, body }) => [`${kind}/${id}`, Buffer.from(body).toString()]);
    return Object.fromEntries(pairs) as Record<string, string>;
  }
}
