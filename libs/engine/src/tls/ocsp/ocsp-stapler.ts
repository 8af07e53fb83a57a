import { hash, randomInt } from 'node:crypto';
import type { Log } from '@sluice/plugin-kit';
import type { SslFields } from '../ssl-object.ts';
import { askResponder } from './ask-responder.ts';
import { OcspResponse } from './ocsp-response.ts';
import { StapledCertificate } from './stapled-certificate.ts';

/** What is shown to clients that ask for the status of a certificate. */
export interface OcspStaple {
  /** Id of the `ssl` resource. */
  readonly sslId: string;
  /** SHA-256 of the certificate (DER) that it is for, as hexadecimal digits. */
  readonly fingerprint: string;
  /** The responder's answer, DER; null: there is none any more. */
  readonly response: Uint8Array | null;
  /** When it is not shown any more; milliseconds since 1970. */
  readonly untilMs: number;
}

/** A changed resource, as far as it matters here. */
export interface SslChange {
  readonly kind: string;
  readonly id: string;
  readonly body: Uint8Array | null;
}

/** What a stapler is given. */
export interface OcspStaplerOptions {
  readonly log: Log;
  /** Told of every staple, new or gone. */
  readonly onStaple: (staple: OcspStaple) => void;
  readonly now?: () => number;
  readonly ask?: (url: string, question: Buffer) => Promise<Buffer>;
}

const parallelMax = 4;
const retryMs = 10_000;
const retryMsMax = 15 * 60_000;
const leastMs = 60_000;
/** How far the clocks of authorities may be ahead of ours. */
const skewMs = 5 * 60_000;

/** A certificate with stapling switched on. */
interface Entry {
  readonly sslId: string;
  readonly certificate: StapledCertificate;
  readonly skipsVerification: boolean;
  readonly ttlMs: number;
  /** Differs where anything above does. */
  readonly key: string;
  failures: number;
  staple: OcspStaple | null;
  timer: NodeJS.Timeout | null;
}

/**
 * Fetches the status of certificates from their authorities and keeps it fresh, beside the traffic: a handshake shows what is
 * there and never waits. One per data plane.
 */
export class OcspStapler {
  readonly #options: Required<OcspStaplerOptions>;
  readonly #entries = new Map<string, Entry>();
  readonly #waiting: Entry[] = [];
  #running = 0;

  constructor(options: OcspStaplerOptions) {
    this.#options = { now: Date.now, ask: askResponder, ...options };
  }

  /** Everything that can be shown now, for a worker that has just begun. */
  get staples(): readonly OcspStaple[] {
    return [...this.#entries.values()].flatMap(({ staple }) => staple ?? []);
  }

  /** Takes changes of the configuration; what is of another kind is passed over. */
  follow(changes: readonly SslChange[]): void {
    for (const { kind, id, body } of changes) if (kind === 'ssl') this.#take(id, body);
  }

  close(): void {
    for (const { timer } of this.#entries.values()) if (timer) clearTimeout(timer);
    this.#entries.clear();
    this.#waiting.length = 0;
  }

  #take(sslId: string, body: Uint8Array | null): void {
    const next = body && this.#entryFor(sslId, body);
    const before = this.#entries.get(sslId);
    if (next && before?.key === next.key) return;
    if (before) this.#drop(before);
    if (!next) return;
    this.#entries.set(sslId, next);
    this.#queue(next);
  }

  #drop(entry: Entry): void {
    if (entry.timer) clearTimeout(entry.timer);
    this.#entries.delete(entry.sslId);
    this.#withdraw(entry);
  }

  #withdraw(entry: Entry): void {
    if (entry.staple) this.#options.onStaple({ ...entry.staple, response: null, untilMs: 0 });
    entry.staple = null;
  }

  #entryFor(sslId: string, body: Uint8Array): Entry | null {
    const fields = JSON.parse(Buffer.from(body).toString('utf8')) as Partial<SslFields>;
    const { ocsp_stapling: wish, cert = '', certs = [], type, status } = fields;
    if (wish?.enabled !== true || type === 'client' || status === 0) return null;
    const { skip_verify: skipsVerification = false, cache_ttl: ttl = 3600 } = wish;
    try {
      // Which of them a client gets is decided after the staple is, and that of another one breaks the handshake.
      if (certs.length > 0) throw new Error('there are several certificates for its names');
      const certificate = new StapledCertificate(cert);
      const key = `${cert}\n${skipsVerification}\n${ttl}`;
      const state = { failures: 0, staple: null, timer: null };
      return { sslId, certificate, skipsVerification, ttlMs: ttl * 1000, key, ...state };
    } catch (error) {
      this.#options.log.warn('the status of a certificate cannot be stapled', { ssl: sslId, reason: reasonOf(error) });
      return null;
    }
  }

  #queue(entry: Entry): void {
    this.#waiting.push(entry);
    this.#askNext();
  }

  #askNext(): void {
    if (this.#running >= parallelMax) return;
    const entry = this.#waiting.shift();
    if (entry === undefined) return;
    this.#running += 1;
    void this.#refresh(entry).finally(() => {
      this.#running -= 1;
      this.#askNext();
    });
  }

  async #refresh(entry: Entry): Promise<void> {
    const { log, ask } = this.#options;
    if (!this.#isCurrent(entry)) return;
    try {
      const { responder, request } = entry.certificate;
      const bytes = await ask(responder, request);
      if (this.#isCurrent(entry)) this.#keep(entry, bytes);
    } catch (error) {
      if (!this.#isCurrent(entry)) return;
      // What was fetched before is shown for as long as it is valid.
      log.warn('the status of a certificate could not be fetched', { ssl: entry.sslId, reason: reasonOf(error) });
      const waitMs = Math.min(retryMs * 2 ** entry.failures, retryMsMax);
      entry.failures += 1;
      this.#again(entry, waitMs);
    }
  }

  /** Throws what keeps the answer from being shown. */
  #keep(entry: Entry, bytes: Buffer): void {
    const now = this.#options.now();
    const response = new OcspResponse(bytes, entry.certificate);
    const { status, nextUpdateMs } = response.status;
    if (!entry.skipsVerification) {
      response.verify(now, skewMs);
      if (status !== 'good') this.#withdraw(entry);
      if (status !== 'good') throw new Error(`its authority says that it is ${status}`);
    }
    const isDated = nextUpdateMs !== null && nextUpdateMs > now;
    const freshMs = isDated ? Math.min(entry.ttlMs, (nextUpdateMs - now) / 2) : entry.ttlMs;
    const fingerprint = hash('sha256', entry.certificate.leaf.raw, 'hex');
    // Without a date it is shown for a while longer than it takes to fetch the next one.
    const untilMs = isDated ? nextUpdateMs : now + 2 * entry.ttlMs;
    entry.failures = 0;
    entry.staple = { sslId: entry.sslId, fingerprint, response: new Uint8Array(bytes), untilMs };
    this.#options.onStaple(entry.staple);
    this.#again(entry, Math.max(freshMs, leastMs));
  }

  #isCurrent(entry: Entry): boolean {
    return this.#entries.get(entry.sslId) === entry;
  }

  /** A little sooner or later each time, so that the certificates of one day are not asked for in one second. */
  #again(entry: Entry, ms: number): void {
    const spread = ms - randomInt(Math.ceil(ms / 10));
    entry.timer = setTimeout(() => this.#queue(entry), Math.min(spread, 2 ** 31 - 1)).unref();
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
