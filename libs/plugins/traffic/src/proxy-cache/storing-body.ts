import type { BodyTransform, CacheWriter, ResponseView } from '@sluice/plugin-kit';
import type { StoredHead } from '@sluice/http-cache';

/** What a body on its way into the cache needs. */
export interface StoringPlan {
  readonly writer: CacheWriter;
  readonly head: StoredHead;
  /** Where trailers are known when the body ends. */
  readonly response: Pick<ResponseView, 'trailers'>;
  /** Everything is stored, or it is not stored at all. */
  readonly over: () => void;
}

/** Lets the body of an answer pass and stores it meanwhile. */
export class StoringBody implements BodyTransform {
  readonly keepsBytes = true;
  readonly isAtSource = true;
  readonly #plan: StoringPlan;
  #isOver = false;

  constructor(plan: StoringPlan) {
    this.#plan = plan;
  }

  chunk(data: Uint8Array): Uint8Array | Promise<Uint8Array> {
    if (this.#isOver) return data;
    const isKept = this.#plan.writer.append(data);
    if (isKept === false) this.abandon();
    // The disk is behind: whoever sends has to wait for it.
    return isKept instanceof Promise ? isKept.then(() => data) : data;
  }

  end(): undefined {
    if (this.#isOver) return;
    this.#isOver = true;
    const { writer, head, response, over } = this.#plan;
    const trailers = [...response.trailers.entries()].flat();
    const stored = writer.commit({ ...head, trailers } satisfies StoredHead);
    if (stored instanceof Promise) void stored.then(over);
    else over();
  }

  /** The rest will not come, or is not wanted. */
  abandon(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#plan.writer.abort();
    this.#plan.over();
  }
}
