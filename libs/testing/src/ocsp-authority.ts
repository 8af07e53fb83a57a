import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';

const run = promisify(execFile);

/** What an authority says of a certificate that it issued. */
export type CertificateStanding = 'good' | 'revoked' | 'unknown';

/** An authority made of OpenSSL's own tools, with its OCSP responder on a port of this machine. */
export interface OcspAuthority extends AsyncDisposable {
  readonly cert: string;
  readonly certFile: string;
  readonly port: number;
  /** A certificate (with its issuer behind it) and its private key, PEM. */
  issue(name: string, standing: CertificateStanding): Promise<{ cert: string; key: string }>;
  /** Starts the responder; it knows what was issued before. `signer` is the issuer itself, or somebody that it delegates to. */
  respond(signer: 'issuer' | 'delegate' | 'stranger'): Promise<void>;
  stop(): Promise<void>;
}

/** Makes the authority. Its responder does not run yet. */
export async function ocspAuthority(): Promise<OcspAuthority> {
  const dir = await mkdtemp(path.join(tmpdir(), 'sluice-ocsp-'));
  const port = await freePort();
  const at = (name: string): string => path.join(dir, name);
  const openssl = (...args: string[]) => run('openssl', args, { cwd: dir });
  let serial = 0x1000;
  let index = '';
  let stopped: (() => Promise<void>) | null = null;
  const selfSigned = async (name: string): Promise<void> => {
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', `${name}.key`];
    await openssl('req', '-x509', ...key, '-out', `${name}.pem`, '-days', '30', '-subj', `/CN=${name}`);
  };
  const sign = async (name: string, extensions: string): Promise<string> => {
    serial += 1;
    const hex = serial.toString(16).toUpperCase();
    await writeFile(at(`${name}.ext`), extensions);
    const key = ['-newkey', 'rsa:2048', '-nodes', '-keyout', `${name}.key`, '-out', `${name}.csr`];
    await openssl('req', ...key, '-subj', `/CN=${name}`);
    const by = ['-CA', 'issuer.pem', '-CAkey', 'issuer.key', '-set_serial', `0x${hex}`, '-days', '30'];
    await openssl('x509', '-req', '-in', `${name}.csr`, ...by, '-out', `${name}.pem`, '-extfile', `${name}.ext`);
    return hex;
  };
  await selfSigned('issuer');
  await selfSigned('stranger');
  await sign('delegate', 'extendedKeyUsage=OCSPSigning\n');
  const stop = async (): Promise<void> => {
    await stopped?.();
    stopped = null;
  };
  return {
    cert: await readFile(at('issuer.pem'), 'utf8'),
    certFile: at('issuer.pem'),
    port,
    async issue(name, standing) {
      const access = `authorityInfoAccess=OCSP;URI:http://127.0.0.1:${port}/\n`;
      const hex = await sign(name, `subjectAltName=DNS:${name}\n${access}`);
      const date = '260101000000Z';
      if (standing === 'good') index += `V\t400101000000Z\t\t${hex}\tunknown\t/CN=${name}\n`;
      if (standing === 'revoked') index += `R\t400101000000Z\t${date}\t${hex}\tunknown\t/CN=${name}\n`;
      const [leaf, issuer, key] = await Promise.all(
        [`${name}.pem`, 'issuer.pem', `${name}.key`].map((file) => readFile(at(file), 'utf8')),
      );
      return { cert: `${leaf}${issuer}`, key: key ?? '' };
    },
    async respond(signer) {
      await stop();
      await writeFile(at('index.txt'), index);
      const by = ['-rsigner', `${signer}.pem`, '-rkey', `${signer}.key`, '-CA', 'issuer.pem'];
      const args = ['ocsp', '-port', String(port), '-index', 'index.txt', ...by, '-ndays', '1'];
      const child = spawn('openssl', args, { cwd: dir, stdio: ['ignore', 'pipe', 'pipe'] });
      const ended = once(child, 'exit');
      stopped = async () => void (child.kill('SIGKILL'), await ended);
      // OpenSSL 3 says where it waits on standard output, earlier ones on standard error.
      await Promise.race([once(child.stdout, 'data'), once(child.stderr, 'data')]);
    },
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** What `openssl s_client -status` is shown of the status of a server's certificate. */
export async function shownStatus(port: number, name: string, authority: OcspAuthority): Promise<string> {
  const where = ['-connect', `127.0.0.1:${port}`, '-servername', name, '-CAfile', authority.certFile];
  const child = run('openssl', ['s_client', '-status', ...where]);
  child.child.stdin?.end();
  const { stdout } = await child;
  return /OCSP response: no response sent/.test(stdout) ? 'none' : (/Cert Status: (\w+)/.exec(stdout)?.[1] ?? stdout);
}
