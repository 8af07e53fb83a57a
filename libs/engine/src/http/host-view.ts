import { isIPv6 } from 'node:net';
import { reversed } from '../router/host-pattern.ts';

/** A Host header, taken apart. */
export interface HostView {
  /** As the client sent it. */
  readonly raw: string;
  /** Lower case, without port. */
  readonly name: string;
  readonly reversed: string;
  /** Lower case, with the port if there is one. */
  readonly header: string;
  /** Port in the header, or that of the listener. */
  readonly port: string;
  /** The `X-Forwarded-*` lines that depend only on the connection and this header. */
  readonly forwardedLines: string;
}

/** A name (RFC 3986, reg-name) or an address in brackets, and a port: no credentials, and nothing that two readers split differently. */
const hostPattern = /^(?<name>[\w.~!$&'()*+,;=%-]*|\[(?<address>[0-9a-f:.]+)\])(?::(?<port>\d{0,5}))?$/;

/** Host headers that stay taken apart, by scheme and port. Clients choose them, so that there are not many. */
const viewsMax = 2_000;
const listenersMax = 64;
const views = new Map<string, Map<string, HostView>>();

/** What is known of the Host headers of a listener: most requests bring one that others have brought before. */
export class HostViews {
  readonly #scheme: string;
  readonly #port: number;
  readonly #known: Map<string, HostView>;

  constructor(scheme: string, port: number) {
    this.#scheme = scheme;
    this.#port = port;
    const key = `${scheme} ${port}`;
    if (views.size >= listenersMax && !views.has(key)) views.clear();
    this.#known = views.get(key) ?? new Map<string, HostView>();
    views.set(key, this.#known);
  }

  /** Null where the text is no host. */
  view(raw: string): HostView | null {
    const known = this.#known.get(raw);
    if (known !== undefined) return known;
    const made = hostViewOf(raw, this.#scheme, this.#port);
    if (made === null || raw.length > keptLengthMax) return made;
    if (this.#known.size >= viewsMax) this.#known.clear();
    this.#known.set(raw, made);
    return made;
  }
}

/** Names are no longer (RFC 1035, section 2.3.4); a header may be. */
const keptLengthMax = 260;

/** Takes a Host header apart; null where it is none. */
function hostViewOf(raw: string, scheme: string, localPort: number): HostView | null {
  const header = raw.toLowerCase();
  const { name, address, port } = hostPattern.exec(header)?.groups ?? {};
  if (name === undefined || (address !== undefined && !isIPv6(address)) || Number(port || 0) > 65_535) return null;
  const plain = name.endsWith('.') ? name.slice(0, -1) : name;
  const shownPort = port || String(localPort);
  const forwardedLines = `X-Forwarded-Proto: ${scheme}\r\nX-Forwarded-Host: ${raw}\r\nX-Forwarded-Port: ${shownPort}\r\n`;
  return { raw, name: plain, reversed: reversed(plain), header, port: shownPort, forwardedLines };
}
