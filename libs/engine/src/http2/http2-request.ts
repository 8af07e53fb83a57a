import { constants, type ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import { isFieldName, isFieldValue } from '../http/field-name.ts';
import { type HeaderScan, scanHeaders } from '../http/header-scan.ts';
import type { GatewayRequest } from '../http/messages.ts';
import { isGrpc } from './grpc-answer.ts';

/** A request of HTTP/2 in the form that the pipeline knows. */
export class Http2Request implements GatewayRequest {
  readonly scan: HeaderScan;
  readonly rawHeaders: string[];
  readonly method: string;
  readonly url: string;
  readonly httpVersion = '2.0';
  readonly httpVersionMajor = 2;
  readonly httpVersionMinor = 0;
  readonly socket: Socket;
  readonly #stream: ServerHttp2Stream;
  readonly #hasNoBody: boolean;
  #isEnded = false;

  constructor(stream: ServerHttp2Stream, socket: Socket, fields: PlainFields, hasNoBody: boolean) {
    this.#stream = stream;
    this.socket = socket;
    this.rawHeaders = fields.flat;
    this.method = fields.method;
    this.url = fields.path;
    this.scan = scanHeaders(fields.flat);
    this.#hasNoBody = hasNoBody;
    if (!hasNoBody) stream.once('end', () => (this.#isEnded = true));
    // Node counts a stream until both sides are read and written: one whose end nobody has read would still take a place when
    // the client, which has the whole answer, opens the next one.
    else stream.resume();
  }

  /** Whether the client expects the status of gRPC. */
  get isGrpc(): boolean {
    const flat = this.rawHeaders;
    const at = flat.findIndex((name, i) => i % 2 === 0 && name === 'content-type');
    return at >= 0 && isGrpc(flat[at + 1]);
  }

  get complete(): boolean {
    return this.#hasNoBody || this.#isEnded;
  }

  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }

  on(event: 'data', listener: (chunk: Buffer) => void): unknown;
  on(event: 'end' | 'error' | 'close', listener: () => void): unknown;
  on(event: string, listener: (...args: never[]) => void): unknown {
    this.#stream.on(event, listener as () => void);
    if (event === 'error') this.#stream.on('aborted', listener as () => void);
    return this;
  }
}

/** The fields of a request as HTTP/1.1 would have sent them. */
export interface PlainFields {
  readonly method: string;
  readonly path: string;
  /** Name, value, name, value; begins with the host. */
  readonly flat: string[];
}

/**
 * Turns the fields of a stream into those of HTTP/1.1. Null where they cannot be: what is harmless inside HTTP/2 frames, a
 * space or a line end, would become another request on a connection of HTTP/1.1 (RFC 9113, section 10.3).
 */
export function plainFields(raw: readonly string[]): PlainFields | null {
  const pseudo: Record<string, string> = {};
  const flat: string[] = [];
  let cookie = '';
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] as string;
    const value = raw[i + 1] as string;
    if (name.charCodeAt(0) === 58) {
      if (Object.hasOwn(pseudo, name)) return null;
      pseudo[name] = value;
    } else if (name === 'cookie') cookie = cookie === '' ? value : `${cookie}; ${value}`;
    else flat.push(name, value);
  }
  if (cookie !== '') flat.push('cookie', cookie);
  return checked(pseudo, flat);
}

function checked(pseudo: Readonly<Record<string, string>>, flat: string[]): PlainFields | null {
  const { ':method': method = '', ':path': path = '', ':authority': authority } = pseudo;
  if (!isFieldName(method) || !isTarget(path) || !areSound(flat)) return null;
  return authority === undefined || takesHost(flat, authority) ? { method, path, flat } : null;
}

function areSound(flat: readonly string[]): boolean {
  for (let i = 0; i < flat.length; i += 2) {
    const name = flat[i] as string;
    if (!isFieldName(name) || !isFieldValue(flat[i + 1] as string) || forbidden.has(name)) return false;
  }
  return true;
}

/** Both may be there, but only to say the same (RFC 9113, section 8.3.1). */
function takesHost(flat: string[], authority: string): boolean {
  const at = flat.findIndex((text, i) => i % 2 === 0 && text === 'host');
  if (at >= 0 && flat[at + 1] !== authority) return false;
  if (at >= 0) flat.splice(at, 2);
  flat.unshift('host', authority);
  return true;
}

/** Fields of a connection mean nothing in HTTP/2, and framing least of all. */
const forbidden: ReadonlySet<string> = new Set([
  constants.HTTP2_HEADER_CONNECTION,
  constants.HTTP2_HEADER_KEEP_ALIVE,
  constants.HTTP2_HEADER_PROXY_CONNECTION,
  constants.HTTP2_HEADER_TRANSFER_ENCODING,
  constants.HTTP2_HEADER_UPGRADE,
]);

/** Printable ASCII without spaces: what a request line can carry. */
function isTarget(path: string): boolean {
  for (let i = 0; i < path.length; i += 1) {
    const code = path.charCodeAt(i);
    if (code <= 0x20 || code >= 0x7f) return false;
  }
  return path.length > 0;
}
