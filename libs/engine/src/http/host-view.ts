import { isIPv6 } from 'node:net';
import { reversed } from '../router/host-pattern.ts';

/** A Host header, taken apart once per connection instead of once per request. */
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

/** Takes a Host header apart; null where it is none. */
export function hostViewOf(raw: string, scheme: string, localPort: number): HostView | null {
  const header = raw.toLowerCase();
  const { name, address, port } = hostPattern.exec(header)?.groups ?? {};
  if (name === undefined || (address !== undefined && !isIPv6(address)) || Number(port || 0) > 65_535) return null;
  const plain = name.endsWith('.') ? name.slice(0, -1) : name;
  const shownPort = port || String(localPort);
  const forwardedLines = `X-Forwarded-Proto: ${scheme}\r\nX-Forwarded-Host: ${raw}\r\nX-Forwarded-Port: ${shownPort}\r\n`;
  return { raw, name: plain, reversed: reversed(plain), header, port: shownPort, forwardedLines };
}
