import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';

/** What the handshake of a connection told, for as long as the connection lasts. */
export class TlsPeer {
  /** As the client asked for it, in lower case; empty where it named none. */
  readonly serverName: string;
  /** Id of the `ssl` object that the handshake was made with. */
  readonly sslId: string;
  /** Which authorities the client's certificate was checked by; null where none was asked for. */
  readonly clientRule: string | null;
  /** `SUCCESS`, `NONE` (no certificate) or `FAILED:<reason>`, as nginx has it. */
  readonly verification: string;
  /** What was found for the host of the last request. */
  verdict: { readonly version: number; readonly host: string; readonly ask: unknown } | null = null;
  readonly #socket: TLSSocket;
  #certificate: X509Certificate | null | undefined;

  constructor(socket: TLSSocket, told: Pick<TlsPeer, 'serverName' | 'sslId' | 'clientRule' | 'verification'>) {
    this.#socket = socket;
    this.serverName = told.serverName;
    this.sslId = told.sslId;
    this.clientRule = told.clientRule;
    this.verification = told.verification;
  }

  get isVerified(): boolean {
    return this.verification === 'SUCCESS';
  }

  /** As in `TLSv1.3`. */
  get protocol(): string {
    return this.#socket.getProtocol() ?? '';
  }

  /** OpenSSL's name of the cipher suite. */
  get cipher(): string {
    return this.#socket.getCipher()?.name ?? '';
  }

  get isResumed(): boolean {
    return this.#socket.isSessionReused();
  }

  /** The certificate that the client showed, whether or not it was accepted. */
  get certificate(): X509Certificate | null {
    return (this.#certificate ??= this.#socket.getPeerX509Certificate() ?? null);
  }
}
