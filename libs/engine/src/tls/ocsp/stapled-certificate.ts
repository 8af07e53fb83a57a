import { createHash, type X509Certificate } from 'node:crypto';
import { certificatesIn } from '@sluice/certificates';
import { der, DerReader, derTags } from './der.ts';

/** SHA-1 is what every responder finds certificates by (RFC 6960, appendix B.1); nothing rests on its strength. */
const sha1Algorithm = der(derTags.sequence, der(derTags.object, Buffer.from('2b0e03021a', 'hex')), der(derTags.null));

const responderLine = /^OCSP - URI:(https?:\/\/\S+)$/;

/** A certificate whose status can be asked for, with what the question needs. */
export class StapledCertificate {
  readonly leaf: X509Certificate;
  readonly issuer: X509Certificate;
  /** Where its authority answers for it. */
  readonly responder: string;
  /** How responders know it: hashes of its issuer's name and key, and its number (RFC 6960, section 4.1.1), as DER. */
  readonly id: Buffer;

  /** Throws what keeps a certificate from being stapled. `pem` begins with it, and its issuer is among those that follow. */
  constructor(pem: string) {
    const [leaf, ...chain] = certificatesIn(pem);
    if (leaf === undefined) throw new Error('there is no certificate');
    const issuer = chain.find((other) => leaf.checkIssued(other));
    if (issuer === undefined) throw new Error('the certificate of its issuer does not follow it');
    const responder = responderOf(leaf);
    if (responder === undefined) throw new Error('it names no OCSP responder');
    this.leaf = leaf;
    this.issuer = issuer;
    this.responder = responder;
    this.id = certificateId(leaf, issuer);
  }

  /** The question for its status (RFC 6960, section 4.1.1). Without a nonce: answers are kept, by us and by responders. */
  get request(): Buffer {
    const id = der(derTags.sequence, sha1Algorithm, this.id);
    return [1, 2, 3, 4].reduce((inside) => der(derTags.sequence, inside), id);
  }
}

function responderOf({ infoAccess = '' }: X509Certificate): string | undefined {
  for (const line of infoAccess.split('\n')) {
    const [, url] = responderLine.exec(line) ?? [];
    if (url !== undefined && URL.canParse(url)) return url;
  }
  return undefined;
}

function certificateId(leaf: X509Certificate, issuer: X509Certificate): Buffer {
  const { subject, key } = partsOf(issuer);
  const hashes = [subject, key].map((bytes) => der(derTags.octetString, sha1(bytes)));
  return Buffer.concat([...hashes, partsOf(leaf).serial]);
}

/** The parts of a certificate that Node does not give as bytes (RFC 5280, section 4.1). */
function partsOf(certificate: X509Certificate): { serial: Buffer; subject: Buffer; key: Buffer } {
  const content = new DerReader(certificate.raw).enter().enter();
  // The version; then algorithm, issuer and validity lie between serial and subject.
  const serial = content.skip(0xa0).next(derTags.integer).whole;
  for (let i = 0; i < 3; i += 1) content.next(derTags.sequence);
  const subject = content.next(derTags.sequence).whole;
  const keyInfo = content.enter();
  keyInfo.next(derTags.sequence);
  // The first byte counts unused bits.
  return { serial, subject, key: keyInfo.next(derTags.bitString).content.subarray(1) };
}

function sha1(bytes: Buffer): Buffer {
  return createHash('sha1').update(bytes).digest();
}
