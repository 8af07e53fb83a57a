import type { Socket } from 'node:net';
import type { Server, TLSSocket } from 'node:tls';
import type { Log } from '@sluice/plugin-kit';
import { type Endpoints, introduce, Peer } from '../http/peer.ts';
import type { Certificates } from './certificates.ts';
import { verificationOf } from './client-certificate.ts';
import { type ClientHello, parseClientHello } from './client-hello.ts';
import type { SslObject } from './ssl-object.ts';
import { tlsServerFor } from './tls-server.ts';
import { TlsPeer } from './tls-peer.ts';
import type { TlsSettings } from './tls-settings.ts';

/** What becomes of a connection whose handshake is done. */
export type OnSecure = (socket: TLSSocket) => void;

/** A fatal alert (RFC 8446, section 6): `handshake_failure`. */
const handshakeFailure = Buffer.from([21, 3, 1, 0, 2, 2, 40]);

/** A connection on its way through the handshake. */
interface Begun {
  readonly ends: Endpoints;
  readonly serverName: string;
}

/** Makes the handshakes of a listener, each with the certificate that the client's first bytes ask for. */
export class TlsAcceptor {
  readonly #certificates: Certificates;
  readonly #settings: TlsSettings;
  readonly #log: Log;
  readonly #onSecure: OnSecure;
  readonly #onFailure: () => void;
  readonly #begun = new WeakMap<Socket, Begun>();
  #ticketKeys: Buffer | null = null;

  constructor(
    certificates: Certificates,
    settings: TlsSettings,
    log: Log,
    on: { readonly secure: OnSecure; readonly failure: () => void },
  ) {
    this.#certificates = certificates;
    this.#settings = settings;
    this.#log = log;
    this.#onSecure = on.secure;
    this.#onFailure = on.failure;
    certificates.onRemoved = (object) => object.server?.close();
  }

  /** Replaces the keys (48 bytes) that seal session tickets: older tickets are not accepted any more. */
  setTicketKeys(keys: Buffer): void {
    this.#ticketKeys = keys;
    for (const { server, client } of this.#certificates) if (client === null) server?.setTicketKeys(keys);
  }

  /** Looks at the first bytes. Undefined: more are needed; otherwise the name of the server, or null where this is no TLS. */
  hello(bytes: Buffer): ClientHello | null | undefined {
    return parseClientHello(bytes);
  }

  /** Begins the handshake; nothing of the socket may have been taken. Ends the connection where no certificate fits. */
  accept(socket: Socket, { serverName }: ClientHello, ends: Endpoints): void {
    const name = serverName === '' ? this.#settings.fallbackServerName : serverName;
    const object = name === undefined ? null : this.#certificates.find(name);
    if (object === null) return this.#refuse(socket);
    const server = this.#serverOf(object);
    if (server === null) return this.#refuse(socket);
    this.#begun.set(socket, { ends, serverName });
    server.emit('connection', socket);
  }

  #refuse(socket: Socket): void {
    this.#onFailure();
    socket.end(handshakeFailure, () => socket.destroy());
  }

  #serverOf(object: SslObject): Server | null {
    if (object.server !== null) return object.server;
    try {
      const server = tlsServerFor(object, this.#settings, this.#ticketKeys);
      server.on('secureConnection', (socket) => this.#onHandshake(object, socket));
      // With a listener Node stops at each hello to ask for a staple, which all others need not.
      if (object.fields.ocsp_stapling?.enabled === true)
        server.on('OCSPRequest', (certificate, _issuer, answer) =>
          answer(null, this.#certificates.staples.find(object.id, certificate)),
        );
      server.on('tlsClientError', (_error, socket) => {
        this.#onFailure();
        socket.destroy();
      });
      return (object.server = server);
    } catch (error) {
      // The message of OpenSSL names what it does not like, never the key itself.
      this.#log.error('a certificate cannot be used', { ssl: object.id, error: String(error) });
      return null;
    }
  }

  #onHandshake(object: SslObject, socket: TLSSocket): void {
    const raw = (socket as TLSSocket & { readonly _parent?: Socket })._parent;
    const begun = raw && this.#begun.get(raw);
    const { client } = object;
    const verification = client === null ? 'NONE' : verificationOf(socket, client.depthMax);
    if (client !== null && !object.admitsUnverified && verification !== 'SUCCESS') {
      this.#onFailure();
      socket.destroy();
      return;
    }
    const { serverName = '', ends = socket } = begun ?? {};
    const clientRule = client?.fingerprint ?? null;
    const tls = new TlsPeer(socket, { serverName, sslId: object.id, clientRule, verification });
    introduce(socket, new Peer(ends, 'https', tls));
    this.#onSecure(socket);
  }
}
