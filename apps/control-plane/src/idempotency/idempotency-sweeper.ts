import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { Leadership, type Term } from '../leadership/leadership.ts';
import { IdempotencyKeys } from './idempotency-keys.ts';

const EVERY_MS = 10 * 60_000;

/** Forgets old answers, as a duty of the leader. */
@Injectable()
export class IdempotencySweeper {
  constructor(
    @Inject(Leadership) leadership: Leadership,
    @Inject(IdempotencyKeys) private readonly keys: IdempotencyKeys,
  ) {
    leadership.assign((term) => this.#lead(term));
  }

  async #lead({ signal }: Term): Promise<void> {
    while (!signal.aborted) {
      // What cannot be deleted now is older the next time.
      await this.keys.sweep().catch(() => undefined);
      await delay(EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
