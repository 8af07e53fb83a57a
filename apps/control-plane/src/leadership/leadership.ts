import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings.ts';
import { LockSession } from './lock-session.ts';

/** The time in which a control plane leads. */
export interface Term {
  /** Aborts when it is over. */
  readonly signal: AbortSignal;
  /** Makes sure that it is not over: asks the database, which aborts the signal where the answer is no or none. */
  confirm(): Promise<void>;
}

/** Something that only one control plane may do at a time. Ends soon after the term does, and not before. */
export type Duty = (term: Term) => Promise<void>;

const TRY_EVERY_MS = 500;
const CHECK_EVERY_MS = 2_000;

/**
 * Chooses one leader among the control planes of a database: who holds an advisory lock. Losing the connection that holds it
 * ends all duties at once. For a few seconds a leader that was cut off may not know that there is another one, so that
 * whatever it does to the world outside this database has to be fenced.
 */
@Injectable()
export class Leadership implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #duties: Duty[] = [];
  readonly #stopping = new AbortController();
  readonly #log = new Logger('leadership');
  #campaign: Promise<void> = Promise.resolve();
  #isLeader = false;
  #isReachable = true;

  constructor(@Inject(SETTINGS) private readonly settings: Settings) {}

  get isLeader(): boolean {
    return this.#isLeader;
  }

  /** Gives the leader something to do, whoever that will be. Called before the application has started. */
  assign(duty: Duty): void {
    this.#duties.push(duty);
  }

  onApplicationBootstrap(): void {
    this.#campaign = this.#stand();
  }

  /** Finishes the duties before the lock is given back, so that a successor finds everything done. */
  async onModuleDestroy(): Promise<void> {
    this.#stopping.abort();
    await this.#campaign;
  }

  async #stand(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      try {
        await using session = await LockSession.open(this.settings.database_url);
        this.#isReachable = true;
        if (await this.#waitForLock(session)) await this.#lead(session);
      } catch (error) {
        // Told once for as long as the database is away.
        if (this.#isReachable) this.#log.warn(`no candidate for leadership: ${reasonOf(error)}`);
        this.#isReachable = false;
      }
      await this.#pause(TRY_EVERY_MS, this.#stopping.signal);
    }
  }

  async #waitForLock(session: LockSession): Promise<boolean> {
    const signal = AbortSignal.any([session.lost, this.#stopping.signal]);
    while (!signal.aborted) {
      if (await session.tryLock()) return true;
      await this.#pause(TRY_EVERY_MS, signal);
    }
    return false;
  }

  async #lead(session: LockSession): Promise<void> {
    const signal = AbortSignal.any([session.lost, this.#stopping.signal]);
    const term = { signal, confirm: () => session.check() };
    this.#isLeader = true;
    this.#log.log('this control plane leads');
    const duties = Promise.all(this.#duties.map((duty) => this.#perform(duty, term)));
    while (!signal.aborted) {
      await this.#pause(CHECK_EVERY_MS, signal);
      if (!signal.aborted) await session.check();
    }
    this.#isLeader = false;
    await duties;
    if (!this.#stopping.signal.aborted) this.#log.warn(`leadership is lost: ${reasonOf(signal.reason)}`);
  }

  async #perform(duty: Duty, term: Term): Promise<void> {
    try {
      await duty(term);
    } catch (error) {
      this.#log.error(`a duty of the leader has failed: ${reasonOf(error)}`);
    }
  }

  async #pause(ms: number, signal: AbortSignal): Promise<void> {
    await delay(ms, undefined, { signal }).catch(() => undefined);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
