import { hash } from 'node:crypto';
import type { OcspStaple } from './ocsp-stapler.ts';

/** A staple as handshakes show it. */
interface Shown {
  readonly fingerprint: string;
  readonly response: Buffer;
  readonly untilMs: number;
}

/** The staples that a worker was given. */
export class OcspStaples {
  readonly #shown = new Map<string, Shown>();

  take({ sslId, fingerprint, response, untilMs }: OcspStaple): void {
    if (response === null) this.#shown.delete(sslId);
    else this.#shown.set(sslId, { fingerprint, response: Buffer.from(response), untilMs });
  }

  /** What to show for the certificate (DER) of an `ssl` object; null where there is nothing that is valid now. */
  find(sslId: string, certificate: Buffer): Buffer | null {
    const shown = this.#shown.get(sslId);
    if (shown === undefined || shown.untilMs <= Date.now()) return null;
    // The certificate has been replaced, and the staple is still that of the one before.
    return hash('sha256', certificate, 'hex') === shown.fingerprint ? shown.response : null;
  }
}
