import { isIP } from 'node:net';
import { checkServerIdentity } from 'node:tls';
import { type ChannelCredentials, credentials, type VerifyOptions } from '@grpc/grpc-js';
import { etcdErrors } from './etcd.errors.ts';

/** How to reach etcd, as plain data. */
export interface EtcdOptions {
  /** `http://host:port` or `https://host:port`, all of one kind; tried in turn. */
  readonly endpoints: readonly string[];
  readonly user?: string;
  readonly password?: string;
  readonly tls?: EtcdTlsOptions;
  /** After this long without an answer an endpoint is given up for the next one; 5,000 where absent. */
  readonly answerWithinMs?: number;
}

/** Certificates as PEM text. */
export interface EtcdTlsOptions {
  /** Who may have signed the server's certificate; the system's authorities where absent. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** False: any certificate will do. True where absent. */
  readonly verify?: boolean;
}

/** One endpoint as gRPC dials it. */
export interface DialTarget {
  readonly address: string;
  readonly credentials: ChannelCredentials;
  /** What TLS is told to be the server's name, where the address has none. */
  readonly serverName?: string;
}

/** Checks the options and turns them into what is dialled; throws ETCD_SETTINGS where they make no sense. */
export function dialTargets({ endpoints, tls = {} }: EtcdOptions): readonly [DialTarget, ...DialTarget[]] {
  const [first, ...rest] = endpoints.map(parseEndpoint);
  if (!first) throw etcdErrors.ETCD_SETTINGS('there is no endpoint');
  if (rest.some(({ protocol }) => protocol !== first.protocol))
    throw etcdErrors.ETCD_SETTINGS('the endpoints mix http and https');
  const toTarget = (url: URL): DialTarget => {
    const address = `${url.hostname}:${url.port || 2379}`;
    if (url.protocol === 'http:') return { address, credentials: credentials.createInsecure() };
    const ip = url.hostname.replace(/^\[(.*)\]$/, '$1');
    if (isIP(ip) === 0) return { address, credentials: secureCredentials(tls) };
    // gRPC would announce the address as a name, which Node refuses. So another name is announced, and the certificate
    // is compared with the address all the same.
    return { address, credentials: secureCredentials(tls, ip), serverName: 'etcd' };
  };
  return [toTarget(first), ...rest.map(toTarget)];
}

function parseEndpoint(endpoint: string): URL {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  // The endpoint is not repeated in the message: it may carry a password, which is one of the reasons to refuse it.
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.username || url.password || url.pathname !== '/')
    throw etcdErrors.ETCD_SETTINGS('an endpoint is not of the form http(s)://host:port');
  return url;
}

function secureCredentials({ ca, cert, key, verify = true }: EtcdTlsOptions, ip?: string): ChannelCredentials {
  if ((cert === undefined) !== (key === undefined))
    throw etcdErrors.ETCD_SETTINGS('a client certificate needs its key, and a key its certificate');
  const [caBytes, keyBytes, certBytes] = [ca, key, cert].map((pem) => (pem === undefined ? null : Buffer.from(pem)));
  try {
    return credentials.createSsl(caBytes, keyBytes, certBytes, verify ? verifiedBy(ip) : unverified);
  } catch {
    // The cause is left out on purpose: OpenSSL's messages may quote the key.
    throw etcdErrors.ETCD_SETTINGS('a certificate or key is not valid PEM');
  }
}

const unverified: VerifyOptions = { rejectUnauthorized: false, checkServerIdentity: () => undefined };

function verifiedBy(ip: string | undefined): VerifyOptions {
  return ip === undefined ? {} : { checkServerIdentity: (_name, cert) => checkServerIdentity(ip, cert) };
}
