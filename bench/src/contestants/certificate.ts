import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cores, runOn } from '../measure/command.ts';

/** A certificate for `localhost` that nobody has signed, and its key; as files and as text. */
export interface Certificate {
  readonly certPath: string;
  readonly keyPath: string;
  readonly cert: string;
  readonly key: string;
}

/** Makes one with openssl: ECDSA, as most servers have today. */
export async function makeCertificate(directory: string): Promise<Certificate> {
  await mkdir(directory, { recursive: true });
  const [certPath, keyPath] = [join(directory, 'cert.pem'), join(directory, 'key.pem')];
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  await runOn(cores.load, 'openssl', ['req', ...kind, ...subject, '-keyout', keyPath, '-out', certPath]);
  const [cert, key] = await Promise.all([readFile(certPath, 'utf8'), readFile(keyPath, 'utf8')]);
  return { certPath, keyPath, cert, key };
}
