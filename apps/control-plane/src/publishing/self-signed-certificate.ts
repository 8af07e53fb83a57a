import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { KeyPair } from './server-credentials.ts';

const DAY_MS = 86_400_000;
const VALID_DAYS = 20 * 365;

/** Tags of ASN.1, as far as a certificate needs them. */
const tag = {
  integer: 0x02,
  bits: 0x03,
  oid: 0x06,
  text: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
  version: 0xa0,
};

/** Object identifiers, encoded. */
const oid = { commonName: '550403', ecdsaWithSha256: '2a8648ce3d040302' };

/**
 * Makes a key and a certificate that it signs itself (X.509 version 3, ECDSA P-256). Nobody trusts such a certificate for
 * what stands in it, only for its key: whoever connects knows the hash of that from a join token.
 */
export function selfSignedCertificate(commonName: string, now = new Date()): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = sequence(der(tag.set, sequence(object(oid.commonName), der(tag.text, Buffer.from(commonName)))));
  const algorithm = sequence(object(oid.ecdsaWithSha256));
  const content = sequence(
    der(tag.version, der(tag.integer, Buffer.from([2]))),
    der(tag.integer, serialNumber()),
    algorithm,
    name,
    // From yesterday on, for data planes whose clock is slow.
    sequence(time(daysFrom(now, -1)), time(daysFrom(now, VALID_DAYS))),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = sign('sha256', content, { key: privateKey, dsaEncoding: 'der' });
  const certificate = sequence(content, algorithm, der(tag.bits, Buffer.from([0]), signature));
  return { certificate: pem(certificate), key: privateKey.export({ type: 'pkcs8', format: 'pem' }) };
}

/** Positive, as the standard wants it: the highest bit is clear and the first byte is not zero. */
function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  bytes.writeUInt8((bytes.readUInt8() & 0x3f) | 0x40);
  return bytes;
}

function daysFrom(date: Date, days: number): Date {
  return new Date(date.getTime() + days * DAY_MS);
}

function time(date: Date): Buffer {
  const digits = date.toISOString().replaceAll(/\.\d+|[-:T]/g, '');
  // Two digits stand for the years up to 2049 (RFC 5280, section 4.1.2.5).
  const isNear = date.getUTCFullYear() < 2050;
  return der(isNear ? tag.utcTime : tag.generalizedTime, Buffer.from(isNear ? digits.slice(2) : digits));
}

function object(encoded: string): Buffer {
  return der(tag.oid, Buffer.from(encoded, 'hex'));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(tag.sequence, ...parts);
}

/** Tag, length, content. */
function der(type: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([type, ...encodedLength(content.length)]), content]);
}

/** One byte below 128; above, the number of the bytes that follow. Nothing in a certificate of ours needs more than two. */
function encodedLength(length: number): number[] {
  if (length < 0x80) return [length];
  return length > 0xff ? [0x82, length >> 8, length & 0xff] : [0x81, length];
}

function pem(certificate: Buffer): string {
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
