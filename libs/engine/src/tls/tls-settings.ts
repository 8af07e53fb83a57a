/** A version of TLS, as the configuration spells it. */
export type TlsVersion = 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

/** What holds for every certificate that does not say otherwise. */
export interface TlsSettings {
  readonly versions: readonly TlsVersion[];
  /** OpenSSL's notation; those of TLS 1.3 are listed with the others. */
  readonly ciphers: string;
  /** The name to assume for clients that name no server; without it their handshake fails. */
  readonly fallbackServerName?: string | undefined;
  /** Whether a client may resume a session by a ticket. */
  readonly sessionTickets: boolean;
  readonly handshakeTimeoutMs: number;
}

/** Forward secrecy and authenticated encryption only; what clients of the last ten years speak. */
const defaultCiphers = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
].join(':');

/** Safe for a listener that faces the Internet. */
export const defaultTlsSettings: TlsSettings = {
  versions: ['TLSv1.2', 'TLSv1.3'],
  ciphers: defaultCiphers,
  sessionTickets: true,
  handshakeTimeoutMs: 10_000,
};
