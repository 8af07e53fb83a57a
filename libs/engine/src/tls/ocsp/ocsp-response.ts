import { verify, X509Certificate } from 'node:crypto';
import { type DerElement, DerReader, derTags } from './der.ts';
import type { StapledCertificate } from './stapled-certificate.ts';

/** What an authority says of a certificate (RFC 6960, section 2.2). */
export type CertificateStatus = 'good' | 'revoked' | 'unknown';

/** An authority's word on one certificate. */
export interface OcspStatus {
  readonly status: CertificateStatus;
  /** When it was known to be so; milliseconds since 1970. */
  readonly thisUpdateMs: number;
  /** When there will be news at the latest; null: at any time. */
  readonly nextUpdateMs: number | null;
}

const statuses: Readonly<Record<number, CertificateStatus | undefined>> = {
  0x80: 'good',
  0xa1: 'revoked',
  0x82: 'unknown',
};

const basicResponse = '2b0601050507300101';
const signsOcsp = '1.3.6.1.5.5.7.3.9';

/** Object identifiers of signatures → hashes; null where the algorithm brings its own. SHA-1 is not among them. */
const signatures: ReadonlyMap<string, string | null> = new Map([
  ['2a864886f70d01010b', 'sha256'],
  ['2a864886f70d01010c', 'sha384'],
  ['2a864886f70d01010d', 'sha512'],
  ['2a8648ce3d040302', 'sha256'],
  ['2a8648ce3d040303', 'sha384'],
  ['2a8648ce3d040304', 'sha512'],
  ['2b6570', null],
  ['2b6571', null],
]);

/** A responder's answer, taken apart. Throws where it is none, or none about the certificate. */
export class OcspResponse {
  readonly status: OcspStatus;
  readonly #signed: Buffer;
  readonly #algorithm: string;
  readonly #signature: Buffer;
  readonly #certificates: readonly X509Certificate[];
  readonly #subject: StapledCertificate;

  constructor(bytes: Buffer, subject: StapledCertificate) {
    const outer = new DerReader(bytes).enter();
    const [code = -1] = outer.next(derTags.enumerated).content;
    if (code !== 0) throw new Error(`the responder answers with the error ${code}`);
    const typed = outer.enter(0xa0).enter();
    if (typed.next(derTags.object).content.toString('hex') !== basicResponse)
      throw new Error('an unknown kind of answer');
    const basic = typed.enter(derTags.octetString).enter();
    const content = basic.next(derTags.sequence);
    this.#subject = subject;
    this.#signed = content.whole;
    this.#algorithm = basic.enter().next(derTags.object).content.toString('hex');
    this.#signature = basic.next(derTags.bitString).content.subarray(1);
    this.#certificates = basic.isNext(0xa0) ? certificatesOf(basic.enter(0xa0).enter()) : [];
    this.status = statusOf(new DerReader(content.content), subject);
  }

  /**
   * Throws what is wrong with it: the signature is not that of the certificate's issuer nor of somebody to whom the issuer has
   * delegated this (RFC 6960, section 4.2.2.2), or it is not of this time.
   */
  verify(nowMs: number, skewMs: number): void {
    const { issuer } = this.#subject;
    const signers = [issuer, ...this.#certificates.filter((other) => isDelegate(other, issuer, nowMs))];
    if (!signers.some((signer) => this.#isSignedBy(signer))) throw new Error('its signature is not valid');
    const { thisUpdateMs, nextUpdateMs } = this.status;
    if (thisUpdateMs > nowMs + skewMs) throw new Error('it is of a later time');
    if (nextUpdateMs !== null && nextUpdateMs <= nowMs) throw new Error('it has expired');
  }

  #isSignedBy({ publicKey }: X509Certificate): boolean {
    const hash = signatures.get(this.#algorithm);
    if (hash === undefined) return false;
    try {
      return verify(hash, this.#signed, publicKey, this.#signature);
    } catch {
      // A key of another kind than the signature.
      return false;
    }
  }
}

function certificatesOf(list: DerReader): X509Certificate[] {
  const found: X509Certificate[] = [];
  while (!list.isAtEnd) found.push(new X509Certificate(list.next(derTags.sequence).whole));
  return found;
}

function isDelegate(certificate: X509Certificate, issuer: X509Certificate, nowMs: number): boolean {
  const { validFromDate, validToDate, keyUsage = [] } = certificate;
  if (validFromDate.getTime() > nowMs || validToDate.getTime() <= nowMs || !keyUsage.includes(signsOcsp)) return false;
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

/** Version, name of the responder and time of the answer come before the list of what it says of certificates. */
function statusOf(content: DerReader, { id }: StapledCertificate): OcspStatus {
  content.skip(0xa0);
  content.next();
  content.next(derTags.generalizedTime);
  const list = content.enter();
  while (!list.isAtEnd) {
    const one = list.enter();
    if (!isAbout(one.next(derTags.sequence), id)) continue;
    const status = statuses[one.next().tag];
    if (status === undefined) throw new Error('an unknown status');
    const thisUpdateMs = timeOf(one);
    return { status, thisUpdateMs, nextUpdateMs: one.isNext(0xa0) ? timeOf(one.enter(0xa0)) : null };
  }
  throw new Error('it is about another certificate');
}

/** Responders write the algorithm of the hashes, which stands first, in two ways. */
function isAbout({ content }: DerElement, id: Buffer): boolean {
  const algorithm = new DerReader(content).next(derTags.sequence).whole;
  return content.subarray(algorithm.length).equals(id);
}

/** Always in UTC and without fractions (RFC 5280, section 4.1.2.5.2). */
function timeOf(reader: DerReader): number {
  const text = reader.next(derTags.generalizedTime).content.toString('latin1');
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? [];
  const ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(ms)) throw new Error('a time that is none');
  return ms;
}
