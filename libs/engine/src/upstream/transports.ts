import { createHash } from 'node:crypto';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import type { Log } from '@sluice/plugin-kit';
import { isJsonObject, type Upstream } from '@sluice/schema';
import type { Resource } from '../snapshot/resource.ts';
import { plainTransport, type TlsIdentity, type Transport } from './transport.ts';

/** A certificate that the gateway shows, and its private key, both PEM. */
interface ClientCertificate {
  readonly cert: string;
  readonly key: string;
}

interface Held {
  readonly certificate: ClientCertificate | null;
  readonly verifies: boolean;
  readonly tls: TlsIdentity | null;
}

/** How upstreams are reached. Contexts of TLS are made once for each certificate, not once for each route. */
export class Transports {
  readonly #log: Log;
  readonly #trusted: readonly string[] | undefined;
  readonly #held = new Map<string, Held>();
  #plainTls: TlsIdentity | null = null;
  #verifyingTls: TlsIdentity | null = null;

  /** `trusted`: PEM certificates of the authorities that sign those of servers; without it those of the platform. */
  constructor(log: Log, trusted: readonly string[] | undefined) {
    this.#log = log;
    this.#trusted = trusted;
  }

  /**
   * The transport to an upstream. `certificate` is the resource that its `client_cert_id` names. Null where it cannot be
   * reached: the certificate is missing or unusable, or the scheme is none of HTTP.
   */
  transport(
    owner: Pick<Resource, 'id' | 'kind'>,
    spec: Partial<Upstream>,
    certificate: Resource | undefined,
  ): Transport | null {
    const { scheme = 'http', tls: wanted } = spec;
    if (scheme === 'http') return plainTransport;
    const isHttp2 = scheme === 'grpc' || scheme === 'grpcs';
    if (scheme === 'grpc') return { scheme, isHttp2, tls: null, key: scheme };
    if (scheme !== 'https' && scheme !== 'grpcs') return null;
    const tls = this.#identity(owner, wanted, certificate);
    return tls && { scheme, isHttp2, tls, key: `${scheme} ${tls.id}` };
  }

  /** The resource is gone. */
  forget(kind: string, id: string): void {
    this.#held.delete(`${kind}/${id}`);
  }

  #identity(
    owner: Pick<Resource, 'id' | 'kind'>,
    wanted: Upstream['tls'],
    resource: Resource | undefined,
  ): TlsIdentity | null {
    const verifies = wanted?.verify === true;
    const shown = shownCertificate(wanted, resource);
    if (shown === undefined) return this.#refuse(owner, 'its client certificate is missing, or not of type client');
    if (shown === null) return verifies ? this.#verifying() : this.#plain();
    const key = `${owner.kind}/${owner.id}`;
    const held = this.#held.get(key);
    const isSame = held?.verifies === verifies && held.certificate?.cert === shown.cert;
    if (held && isSame && held.certificate?.key === shown.key) return held.tls;
    const tls = this.#withCertificate(owner, shown, verifies);
    this.#held.set(key, { certificate: shown, verifies, tls });
    return tls;
  }

  #withCertificate(
    owner: Pick<Resource, 'id' | 'kind'>,
    { cert, key }: ClientCertificate,
    verifies: boolean,
  ): TlsIdentity | null {
    try {
      const context = createSecureContext({ cert, key, ...(verifies && { ca: this.#authorities() }) });
      const id = createHash('sha256').update(cert).update('\0').update(key).digest('base64url');
      return { id: verifies ? `${id} verified` : id, context, verifies };
    } catch {
      // The error could quote what it failed to read, and that is next to a private key.
      return this.#refuse(owner, 'its client certificate and key cannot be read, or do not belong together');
    }
  }

  #refuse({ kind, id }: Pick<Resource, 'id' | 'kind'>, reason: string): null {
    this.#log.error('an upstream cannot be reached', { owner: `${kind}/${id}`, reason });
    return null;
  }

  #plain(): TlsIdentity {
    return (this.#plainTls ??= { id: 'tls', context: createSecureContext(), verifies: false });
  }

  #verifying(): TlsIdentity {
    return (this.#verifyingTls ??= { id: 'tls verified', context: this.#trustingContext(), verifies: true });
  }

  #trustingContext(): SecureContext {
    return createSecureContext({ ca: this.#authorities() });
  }

  #authorities(): string[] {
    if (this.#trusted) return [...this.#trusted];
    return [...getCACertificates('default'), ...getCACertificates('system')];
  }
}

/** Null where none is wanted; undefined where one is wanted that is not there. */
function shownCertificate(
  wanted: Upstream['tls'],
  resource: Resource | undefined,
): ClientCertificate | null | undefined {
  if (wanted?.client_cert_id !== undefined) {
    if (resource?.raw['type'] !== 'client') return undefined;
    return pair(resource.raw['cert'], resource.raw['key']);
  }
  return wanted?.client_cert === undefined ? null : pair(wanted.client_cert, wanted.client_key);
}

function pair(cert: unknown, key: unknown): ClientCertificate | undefined {
  return typeof cert === 'string' && typeof key === 'string' ? { cert, key } : undefined;
}

/** The id of the certificate that an upstream shows, where it is kept as a resource of its own. */
export function clientCertificateId(spec: Readonly<Record<string, unknown>>): string | undefined {
  const tls = spec['tls'];
  const id = isJsonObject(tls) ? tls['client_cert_id'] : undefined;
  return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined;
}
