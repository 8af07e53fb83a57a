import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type QueryRunner } from 'typeorm';
import { inTransaction } from '../database/transaction.ts';
import { Sealing } from '../sealing/sealing.ts';
import { TooManyAttempts } from './access.errors.ts';
import { addressBlock } from './address-block.ts';

/** Failures that cost nothing yet; from the next on, each doubles the wait. */
const FREE_FAILURES = 5;
/** Failures are forgotten after this long without another one. */
const FORGOTTEN_AFTER_SECONDS = 3_600;
/** Short: whoever guesses from everywhere must not keep the owner of a name out for long. */
const USER_WAIT_SECONDS_MAX = 30;
const ADDRESS_WAIT_SECONDS_MAX = 900;

/** An attempt that was counted as failed, before it is known how it ends. */
export interface CountedAttempt {
  /** Null where nobody is named: whoever signs in elsewhere. */
  readonly user: string | null;
  readonly address: string;
}

interface AttemptRow {
  readonly wait_seconds: number;
  readonly failures: number;
}

/** Slows down guessing, by user and by address, whichever control planes are asked. */
@Injectable()
export class SignInLimit {
  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(Sealing) private readonly sealing: Sealing,
  ) {}

  /**
   * Counts an attempt as failed, or refuses it where it comes too early. It is counted before the password is looked at:
   * else a hundred attempts at once would all be free.
   */
  count(username: string | null, sourceIp: string): Promise<CountedAttempt> {
    const attempt = {
      user: username === null ? null : `user:${this.sealing.fingerprint(username)}`,
      address: `address:${this.sealing.fingerprint(addressBlock(sourceIp))}`,
    };
    return inTransaction(this.database, async (db) => {
      await db.query(FORGET, [FORGOTTEN_AFTER_SECONDS]);
      // Always the address first: two attempts that lock the same rows never wait for each other.
      const address = await lockAttempts(db, attempt.address);
      const user = attempt.user === null ? undefined : await lockAttempts(db, attempt.user);
      const wait = Math.max(address.wait_seconds, user?.wait_seconds ?? 0);
      if (wait > 0) throw new TooManyAttempts(Math.ceil(wait));
      await db.query(COUNT, [attempt.address, waitAfter(address.failures + 1, ADDRESS_WAIT_SECONDS_MAX)]);
      if (user) await db.query(COUNT, [attempt.user, waitAfter(user.failures + 1, USER_WAIT_SECONDS_MAX)]);
      return { answer: attempt, commit: true };
    });
  }

  /**
   * Tells that the password was right. The user's failures are forgotten; of the address only this attempt is: who knows
   * one password may still be guessing others.
   */
  async forgive({ user, address }: CountedAttempt): Promise<void> {
    if (user !== null) await this.database.query('DELETE FROM sign_in_attempt WHERE subject = $1', [user]);
    await this.database.query(
      `UPDATE sign_in_attempt SET failures = greatest(failures - 1, 0), blocked_until = '-infinity' WHERE subject = $1`,
      [address],
    );
  }
}

const FORGET = `
  DELETE FROM sign_in_attempt WHERE subject IN (
    SELECT subject FROM sign_in_attempt WHERE last_at < now() - make_interval(secs => $1) AND blocked_until < now()
    LIMIT 100 FOR UPDATE SKIP LOCKED)`;

const COUNT = `
  UPDATE sign_in_attempt SET failures = failures + 1, last_at = now(), blocked_until = now() + make_interval(secs => $2)
  WHERE subject = $1`;

/** The row of a subject, locked until the transaction ends, and made where there is none. */
async function lockAttempts(db: QueryRunner, subject: string): Promise<AttemptRow> {
  const [row]: AttemptRow[] = await db.query(
    `INSERT INTO sign_in_attempt AS known (subject) VALUES ($1)
     ON CONFLICT (subject) DO UPDATE SET subject = excluded.subject
     RETURNING failures, CASE WHEN blocked_until > clock_timestamp()
       THEN extract(epoch FROM blocked_until - clock_timestamp())::float8 ELSE 0 END AS wait_seconds`,
    [subject],
  );
  if (!row) throw new Error('An attempt to sign in was not counted.');
  return row;
}

function waitAfter(failures: number, longest: number): number {
  return failures < FREE_FAILURES ? 0 : Math.min(2 ** (failures - FREE_FAILURES), longest);
}
