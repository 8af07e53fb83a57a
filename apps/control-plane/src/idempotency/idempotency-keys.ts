import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Sealing } from '../sealing/sealing.ts';
import { idempotencyErrors } from './idempotency.errors.ts';
import type { KeyedRequest } from './keyed-request.ts';
import { type KeptAnswer, StoredAnswer } from './stored-answer.ts';

const RENEW_EVERY_MS = 5_000;

/** Whoever has not renewed its claim for this long is gone. */
const LEASE_SECONDS = 20;

/** How long an answer is kept. */
const KEPT_HOURS = 24;

/** Of longer answers only the status is kept. */
const ANSWER_BYTES_MAX = 256 * 1024;

const KIND = 'idempotency_key';

interface KnownRow {
  readonly fingerprint: Buffer;
  readonly request_id: string;
  readonly status: number | null;
  readonly answer: Buffer | null;
  readonly is_held: boolean;
  readonly created_at: Date;
}

/** Keeps what has been answered to requests that carry a key, for all control planes of a database. */
@Injectable()
export class IdempotencyKeys implements OnModuleInit, OnModuleDestroy {
  /** What this process works on now, by id. */
  readonly #held = new Map<string, KeyedRequest>();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(Sealing) private readonly sealing: Sealing,
  ) {}

  onModuleInit(): void {
    this.#timer = setInterval(() => void this.#renew(), RENEW_EVERY_MS);
  }

  onModuleDestroy(): void {
    clearInterval(this.#timer);
  }

  /** Returns where the request is to be carried out now; otherwise throws the answer to a repetition. */
  async claim(request: KeyedRequest): Promise<void> {
    const { id, fingerprint, requestId } = request;
    const claimed = await this.database.query<unknown[]>(CLAIM, [id, fingerprint, requestId]);
    if (claimed.length === 0) await this.#repeat(request);
    this.#held.set(id.toString('hex'), request);
  }

  /** Keeps an answer; null keeps only that there was one. */
  async keep({ id, requestId }: KeyedRequest, status: number, answer: KeptAnswer | null): Promise<void> {
    const fits = answer !== null && Buffer.byteLength(answer.body) <= ANSWER_BYTES_MAX;
    const sealed = fits ? this.#seal(id, answer) : null;
    await this.database.query(KEEP, [id, requestId, status, sealed]);
    this.#held.delete(id.toString('hex'));
  }

  /** Forgets a request that was refused: it has changed nothing, and may be sent again with the same key. */
  async release({ id, requestId }: KeyedRequest): Promise<void> {
    await this.database.query('DELETE FROM idempotency_key WHERE id = $1 AND request_id = $2', [id, requestId]);
    this.#held.delete(id.toString('hex'));
  }

  /** Gives up on a request of which nobody knows what became of it; a repetition finds out from the audit trail. */
  async abandon({ id, requestId }: KeyedRequest): Promise<void> {
    this.#held.delete(id.toString('hex'));
    await this.database.query(ABANDON, [id, requestId]);
  }

  /** Deletes what is too old to count. */
  async sweep(): Promise<void> {
    await this.database.query(`DELETE FROM idempotency_key WHERE created_at < ${OLDEST}`);
  }

  async #repeat(request: KeyedRequest): Promise<void> {
    const [known] = await this.database.query<KnownRow[]>(KNOWN, [request.id]);
    // Deleted since: whoever held it was refused. The sender tries again.
    if (!known) throw idempotencyErrors.IDEMPOTENCY_IN_PROGRESS();
    if (!known.fingerprint.equals(request.fingerprint)) throw idempotencyErrors.IDEMPOTENCY_KEY_REUSED();
    if (known.status !== null) throw this.#answerOf(request.id, known.status, known.answer);
    if (known.is_held) throw idempotencyErrors.IDEMPOTENCY_IN_PROGRESS();
    await this.#takeOver(request, known);
  }

  /** Whatever changes something leaves its audit entry in the same transaction, so that the trail knows what was done. */
  async #takeOver({ id, requestId }: KeyedRequest, known: KnownRow): Promise<void> {
    const traces = await this.database.query<unknown[]>(TRACES, [known.request_id, known.created_at]);
    if (traces.length > 0) throw idempotencyErrors.IDEMPOTENCY_ANSWER_GONE('lost with the process that carried it out');
    const taken = await this.database.query<[unknown[], number]>(TAKE_OVER, [id, known.request_id, requestId]);
    if (taken[1] === 0) throw idempotencyErrors.IDEMPOTENCY_IN_PROGRESS();
  }

  async #renew(): Promise<void> {
    if (this.#held.size === 0) return;
    const ids = [...this.#held.values()].map(({ id }) => id);
    // While the database is away nobody else can take the claim over either.
    await this.database.query('UPDATE idempotency_key SET renewed_at = now() WHERE id = ANY($1)', [ids]).catch(() => 0);
  }

  #seal(id: Buffer, answer: KeptAnswer): Buffer | null {
    return this.sealing.close(KIND, id.toString('hex'), { text: JSON.stringify(answer) }, ['/text']).sealed;
  }

  #answerOf(id: Buffer, status: number, sealed: Buffer | null): Error {
    if (sealed === null) return idempotencyErrors.IDEMPOTENCY_ANSWER_GONE('not kept');
    try {
      const row = { kind: KIND, id: id.toString('hex'), body: '{"text":""}', sealed };
      return new StoredAnswer(status, JSON.parse(String(this.sealing.openValue(row)['text'])) as KeptAnswer);
    } catch (error) {
      // Sealed by a key that has left the ring since.
      return idempotencyErrors.IDEMPOTENCY_ANSWER_GONE('sealed by another key', error);
    }
  }
}

const OLDEST = `now() - interval '${KEPT_HOURS} hours'`;

const CLAIM = `
  INSERT INTO idempotency_key AS known (id, fingerprint, request_id) VALUES ($1, $2, $3)
  ON CONFLICT (id) DO UPDATE SET fingerprint = excluded.fingerprint, request_id = excluded.request_id,
    created_at = now(), renewed_at = now(), status = NULL, answer = NULL
  WHERE known.created_at < ${OLDEST} RETURNING id`;

const KNOWN = `
  SELECT fingerprint, request_id, status, answer, created_at,
    renewed_at > now() - interval '${LEASE_SECONDS} seconds' AS is_held
  FROM idempotency_key WHERE id = $1`;

const KEEP = `UPDATE idempotency_key SET status = $3, answer = $4 WHERE id = $1 AND request_id = $2`;

const ABANDON = `UPDATE idempotency_key SET renewed_at = '-infinity' WHERE id = $1 AND request_id = $2`;

const TRACES = `
  SELECT FROM audit_entry WHERE request_id = $1 AND at >= $2::timestamptz - interval '1 minute'
    AND action NOT LIKE '%.refuse' AND action <> 'secret.read' LIMIT 1`;

const TAKE_OVER = `
  UPDATE idempotency_key SET request_id = $3, renewed_at = now()
  WHERE id = $1 AND request_id = $2 AND status IS NULL AND renewed_at <= now() - interval '${LEASE_SECONDS} seconds'`;
