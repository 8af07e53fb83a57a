/** Names are what clients ask for, so there is no end to them. */
const namesMax = 64;

/** TLS sessions of one endpoint, to begin the next connection without a full handshake. */
export class TlsSessions {
  readonly #byName = new Map<string, Buffer>();

  /** A session is used once: that is what TLS 1.3 asks for, and servers send new ones with every connection. */
  take(serverName: string): Buffer | undefined {
    const session = this.#byName.get(serverName);
    this.#byName.delete(serverName);
    return session;
  }

  keep(serverName: string, session: Buffer): void {
    this.#byName.delete(serverName);
    this.#byName.set(serverName, session);
    const [oldest] = this.#byName.keys();
    if (this.#byName.size > namesMax && oldest !== undefined) this.#byName.delete(oldest);
  }
}
