import type { Socket } from 'node:net';
import { isIP } from 'node:net';
import { connect, createSecureContext, type SecureContext, type TLSSocket } from 'node:tls';
import { CallCredentials, ChannelCredentials, type experimental } from '@grpc/grpc-js';
import { publicKeySha256 } from '@sluice/sync/grpc';

/** By what the control plane is known, and by what it knows us. */
export interface ControlPlaneTlsOptions {
  /** Name or address that its certificate has to be for, unless its key is pinned. */
  readonly host: string;
  /** SHA-256 of its public key; without one its certificate has to come from an authority. */
  readonly keySha256?: string | undefined;
  /** PEM of the authorities that are believed; those of the platform where there is none. */
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/**
 * TLS to a control plane. The library can neither pin a key nor, on Node 26, reach an address (which is no server name), so
 * that the handshake is made here.
 */
export class ControlPlaneTls extends ChannelCredentials {
  readonly #options: ControlPlaneTlsOptions;
  readonly #context: SecureContext;

  constructor(options: ControlPlaneTlsOptions) {
    super();
    this.#options = options;
    const { ca, cert, key } = options;
    this.#context = createSecureContext({ ca, cert, key, minVersion: 'TLSv1.3' });
  }

  override _isSecure(): boolean {
    return true;
  }

  override _equals(other: ChannelCredentials): boolean {
    return this === other;
  }

  override _createSecureConnector(
    _target: unknown,
    _options: unknown,
    callCredentials = CallCredentials.createEmpty(),
  ): experimental.SecureConnector {
    return {
      connect: (socket) => this.#connect(socket),
      waitForReady: () => Promise.resolve(),
      getCallCredentials: () => callCredentials,
      destroy: () => undefined,
    };
  }

  #connect(socket: Socket): Promise<experimental.SecureConnectResult> {
    const { host, keySha256 } = this.#options;
    const { promise, resolve, reject } = Promise.withResolvers<experimental.SecureConnectResult>();
    const secured = connect({
      socket,
      host,
      ...(isIP(host) === 0 && { servername: host }),
      secureContext: this.#context,
      ALPNProtocols: ['h2'],
      // A pinned key is proved by the handshake itself; who signed for it does not matter.
      rejectUnauthorized: keySha256 === undefined,
    });
    secured.once('secureConnect', () => {
      if (keySha256 === undefined || hasKey(secured, keySha256)) return resolve({ socket: secured, secure: true });
      secured.destroy();
      reject(new Error('the control plane does not have the key that the join token names'));
    });
    // Stays: once the stream runs, the library listens as well.
    secured.on('error', reject);
    secured.once('close', () => reject(new Error('the connection was closed during the handshake')));
    return promise;
  }
}

function hasKey(socket: TLSSocket, keySha256: string): boolean {
  const certificate = socket.getPeerX509Certificate();
  return certificate !== undefined && publicKeySha256(certificate) === keySha256;
}
