import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';

/** A certificate and its private key, PEM. */
export interface TestCertificate {
  readonly cert: string;
  readonly key: string;
}

/** What a certificate says. */
export interface CertificateWish {
  /** DNS names and IPv4 addresses; the first is the common name too. */
  readonly names: readonly string[];
  /** Days from now on; negative for one that has run out. */
  readonly days?: number;
  /** An RSA key in place of an ECDSA one. */
  readonly isRsa?: boolean;
}

/** An authority that nobody knows until a test says so. */
export interface TestAuthority extends TestCertificate {
  issue(wish: CertificateWish): TestCertificate;
  /** An authority that this one vouches for. */
  delegate(name: string): TestAuthority;
}

const dayMs = 86_400_000;

/** Makes an authority (X.509 version 3, ECDSA P-256), which signs whatever a test asks for. */
export function testAuthority(name = 'test authority'): TestAuthority {
  const own = keyPair();
  const cert = signed({ subject: name, issuer: name, key: own.publicKey, days: 30, extensions: [isAuthority] }, own);
  return authorityOf(name, cert, own);
}

function authorityOf(name: string, cert: string, own: ReturnType<typeof keyPair>): TestAuthority {
  return {
    cert,
    key: pemOf(own.privateKey),
    issue({ names, days = 30, isRsa = false }) {
      const theirs = isRsa ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : keyPair();
      const extensions = [alternativeNames(names)];
      const content = { subject: names[0] ?? 'nobody', issuer: name, key: theirs.publicKey, days, extensions };
      return { cert: signed(content, own), key: pemOf(theirs.privateKey) };
    },
    delegate(other) {
      const theirs = keyPair();
      const content = { subject: other, issuer: name, key: theirs.publicKey, days: 30, extensions: [isAuthority] };
      return authorityOf(other, signed(content, own), theirs);
    },
  };
}

interface Content {
  readonly subject: string;
  readonly issuer: string;
  readonly key: KeyObject;
  readonly days: number;
  readonly extensions: readonly Buffer[];
}

function keyPair() {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function signed({ subject, issuer, key, days, extensions }: Content, by: { privateKey: KeyObject }): string {
  const algorithm = sequence(object('2a8648ce3d040302'));
  const end = Date.now() + days * dayMs;
  const content = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([0x40]), randomBytes(12)])),
    algorithm,
    distinguishedName(issuer),
    sequence(time(Math.min(Date.now(), end) - dayMs), time(end)),
    distinguishedName(subject),
    key.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  );
  const signature = sign('sha256', content, { key: by.privateKey, dsaEncoding: 'der' });
  const bytes = sequence(content, algorithm, der(0x03, Buffer.from([0]), signature));
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

const isAuthority = sequence(
  object('551d13'),
  der(0x01, Buffer.from([0xff])),
  der(0x04, sequence(der(0x01, Buffer.from([0xff])))),
);

function alternativeNames(names: readonly string[]): Buffer {
  const entries = names.map((name) =>
    isIPv4(name) ? der(0x87, Buffer.from(name.split('.').map(Number))) : der(0x82, Buffer.from(name)),
  );
  return sequence(object('551d11'), der(0x04, sequence(...entries)));
}

function distinguishedName(commonName: string): Buffer {
  return sequence(der(0x31, sequence(object('550403'), der(0x0c, Buffer.from(commonName)))));
}

function time(at: number): Buffer {
  const digits = new Date(at).toISOString().replaceAll(/\.\d+|[-:T]/g, '');
  return der(0x17, Buffer.from(digits.slice(2)));
}

function object(encoded: string): Buffer {
  return der(0x06, Buffer.from(encoded, 'hex'));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, ...parts);
}

/** Tag, length, content. */
function der(type: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const head = length < 0x80 ? [length] : length > 0xff ? [0x82, length >> 8, length & 0xff] : [0x81, length];
  return Buffer.concat([Buffer.from([type, ...head]), content]);
}
