import type { SecureContext } from 'node:tls';

/** How the gateway presents itself to servers that speak TLS, and what it asks of them. */
export interface TlsIdentity {
  /** Differs where the certificate, its key or what is verified differs: connections are shared only within one. */
  readonly id: string;
  readonly context: SecureContext;
  /** Whether the certificate of a server must be valid for its name. */
  readonly verifies: boolean;
}

/** Which protocol the nodes of an upstream speak, and through what. */
export interface Transport {
  readonly scheme: 'http' | 'https' | 'grpc' | 'grpcs';
  readonly isHttp2: boolean;
  /** Null for plain TCP. */
  readonly tls: TlsIdentity | null;
  /** Tells transports apart in the keys of pools. */
  readonly key: string;
}

/** HTTP/1.1 over plain TCP. */
export const plainTransport: Transport = { scheme: 'http', isHttp2: false, tls: null, key: '' };

/** Where a connection goes. */
export interface Endpoint {
  readonly transport: Transport;
  readonly address: string;
  readonly port: number;
}
