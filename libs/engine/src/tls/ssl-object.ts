import { createHash } from 'node:crypto';
import type { Server } from 'node:tls';
import { compilePattern } from '@sluice/expr';
import { normalizedName } from './client-hello.ts';
import type { TlsVersion } from './tls-settings.ts';

/** What a client must show. */
export interface ClientRule {
  readonly ca: string;
  /** Certificates that may lie between that of the client and the authority. */
  readonly depthMax: number;
  /** Paths that need no certificate; the others are refused after the handshake. */
  readonly skip: readonly RegExp[];
  /** Differs where another certificate would be accepted. */
  readonly fingerprint: string;
}

/** The fields of an `ssl` resource that serves clients. */
export interface SslFields {
  readonly type: 'server' | 'client';
  readonly status: 0 | 1;
  readonly sni?: string;
  readonly snis?: readonly string[];
  readonly cert: string;
  readonly key: string;
  readonly certs?: readonly string[];
  readonly keys?: readonly string[];
  readonly client?: { readonly ca: string; readonly depth: number; readonly skip_mtls_uri_regex?: readonly string[] };
  readonly ssl_protocols?: readonly TlsVersion[];
  readonly ocsp_stapling?: { readonly enabled: boolean; readonly skip_verify: boolean; readonly cache_ttl: number };
}

/** A certificate with the names that it serves, and what its clients must show. */
export class SslObject {
  readonly id: string;
  /** Of several for one name, the oldest is used. */
  readonly createdRevision: number;
  readonly names: readonly string[];
  readonly fields: SslFields;
  readonly client: ClientRule | null;
  /** Made by the first handshake. */
  server: Server | null = null;

  constructor(id: string, createdRevision: number, fields: SslFields) {
    this.id = id;
    this.createdRevision = createdRevision;
    this.fields = fields;
    this.names = [...(fields.sni === undefined ? [] : [fields.sni]), ...(fields.snis ?? [])].map(normalizedName);
    this.client = fields.client ? clientRule(fields.client) : null;
  }

  /** Key pairs, one per algorithm: Node chooses by what the client can. */
  get pairs(): { readonly cert: string; readonly key: string }[] {
    const { cert, key, certs = [], keys = [] } = this.fields;
    return [{ cert, key }, ...certs.map((other, i) => ({ cert: other, key: keys[i] ?? '' }))];
  }

  /** Whether a connection whose client showed nothing can still ask for some paths. */
  get admitsUnverified(): boolean {
    return this.client === null || this.client.skip.length > 0;
  }
}

function clientRule({ ca, depth, skip_mtls_uri_regex: skip = [] }: NonNullable<SslFields['client']>): ClientRule {
  const fingerprint = createHash('sha256').update(`${depth}\n${ca}`).digest('base64url');
  return { ca, depthMax: depth, skip: skip.map((pattern) => compilePattern(pattern)), fingerprint };
}
