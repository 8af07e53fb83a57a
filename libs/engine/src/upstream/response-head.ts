import { isNameCode, isValueCode, listMembers } from '../http/field-name.ts';
import { FieldTable } from '../http/field-table.ts';
import { ProtocolError } from './protocol-error.ts';

/** The head of an answer, checked. */
export interface ResponseHead {
  readonly status: number;
  readonly reason: string;
  /** Name, value, name, value: the fields to pass on. Those about the connection, `Date` and `Server` are not among them. */
  readonly fields: string[];
  /** -1 where none was given. */
  readonly contentLength: number;
  readonly isChunked: boolean;
  /** Whether the connection may serve another request. */
  readonly isPersistent: boolean;
  /** The protocol that a 101 switches to, in lower case; '' where none is named. */
  readonly upgrade: string;
  /** The value of `Date`, where it was given. */
  readonly date: string | undefined;
}

/** What the fields about framing and connection said. */
interface Framing {
  contentLength: number;
  isChunked: boolean;
  isPersistent: boolean;
  upgrade: string;
  date: string | undefined;
  /** Names that `Connection` lists beyond the usual ones. */
  hopNames: string[] | null;
}

const [colon, cr, lf, space, tab] = [58, 13, 10, 32, 9];

/** Reads the head of an answer: `text` goes up to the CRLF of its last line. Throws a ProtocolError on anything irregular. */
export function parseResponseHead(text: string): ResponseHead {
  const { status, reason, minor, length } = parseStatusLine(text);
  const framing: Framing = {
    contentLength: -1,
    isChunked: false,
    isPersistent: minor === 1,
    upgrade: '',
    date: undefined,
    hopNames: null,
  };
  const fields = parseFields(text, length, framing);
  if (framing.isChunked && (framing.contentLength >= 0 || minor === 0))
    throw new ProtocolError('ambiguous length of the body');
  const { contentLength, isChunked, isPersistent, upgrade, date, hopNames } = framing;
  const passed = hopNames === null ? fields : withoutNames(fields, hopNames);
  return { status, reason, fields: passed, contentLength, isChunked, isPersistent, upgrade, date };
}

/** Reads the fields after the last chunk. Fields about framing have no business there and are left out. */
export function parseTrailers(text: string): string[] {
  const ignored: Framing = {
    contentLength: -1,
    isChunked: false,
    isPersistent: true,
    upgrade: '',
    date: undefined,
    hopNames: null,
  };
  return parseFields(text, 0, ignored).filter((_, i, all) => !isForbiddenTrailer(all[i - (i % 2)] ?? ''));
}

/** Whether a field means something only in a head (RFC 9110, section 6.5.1). */
export function isForbiddenTrailer(name: string): boolean {
  return /^(content-(length|encoding|type|range)|host|set-cookie|authorization|cache-control)$/i.test(name);
}

// The reason may be missing, with or without its space.
const statusLine = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: ([\t\x20-\x7e\x80-\xff]*))?\r\n/;

function parseStatusLine(text: string): { status: number; reason: string; minor: number; length: number } {
  const match = statusLine.exec(text);
  if (match === null) throw new ProtocolError('malformed status line');
  return { status: Number(match[2]), reason: match[3] ?? '', minor: match[1] === '1' ? 1 : 0, length: match[0].length };
}

/** One pass over all lines: a name up to its colon, a value up to CRLF. No folding, no bare CR or LF, no space before a colon. */
function parseFields(text: string, from: number, framing: Framing): string[] {
  const fields: string[] = [];
  let at = from;
  while (at < text.length) {
    const nameStart = at;
    while (isNameCode(text.charCodeAt(at))) at += 1;
    if (at === nameStart || text.charCodeAt(at) !== colon) throw new ProtocolError('malformed header name');
    const name = text.slice(nameStart, at);
    at += 1;
    while (text.charCodeAt(at) === space || text.charCodeAt(at) === tab) at += 1;
    const valueStart = at;
    while (isValueCode(text.charCodeAt(at))) at += 1;
    if (text.charCodeAt(at) !== cr || text.charCodeAt(at + 1) !== lf) throw new ProtocolError('malformed header value');
    const value = text.slice(valueStart, trimmedEnd(text, valueStart, at));
    const note = notes.find(name);
    if (note === undefined || !note(value, framing)) fields.push(name, value);
    at += 2;
  }
  return fields;
}

function trimmedEnd(text: string, start: number, end: number): number {
  let at = end;
  while (at > start && (text.charCodeAt(at - 1) === space || text.charCodeAt(at - 1) === tab)) at -= 1;
  return at;
}

/** Notes what a field says about framing and connection; true where it must not be passed on. */
type Note = (value: string, framing: Framing) => boolean;

const takeOut: Note = () => true;

const notes = new FieldTable<Note>({
  te: takeOut,
  date: noteDate,
  server: takeOut,
  trailer: takeOut,
  upgrade: noteUpgrade,
  connection: noteConnection,
  'keep-alive': takeOut,
  'content-length': noteLength,
  'proxy-connection': takeOut,
  'transfer-encoding': noteEncoding,
});

function noteConnection(value: string, framing: Framing): true {
  for (const member of listMembers(value)) {
    if (member === 'close') framing.isPersistent = false;
    else if (member === 'keep-alive') framing.isPersistent = true;
    else (framing.hopNames ??= []).push(member);
  }
  return true;
}

/** The gateway writes its own, but caches count from this one. */
function noteDate(value: string, framing: Framing): true {
  framing.date ??= value;
  return true;
}

function noteUpgrade(value: string, framing: Framing): true {
  framing.upgrade = value.toLowerCase();
  return true;
}

/** A second length is refused even when it is the same: nobody sends that by accident. */
function noteLength(value: string, framing: Framing): false {
  if (framing.contentLength >= 0 || !/^\d{1,15}$/.test(value)) throw new ProtocolError('malformed Content-Length');
  framing.contentLength = Number(value);
  return false;
}

/** Any coding but chunked was not asked for and would hide where the body ends. */
function noteEncoding(value: string, framing: Framing): true {
  if (framing.isChunked || value.toLowerCase() !== 'chunked') throw new ProtocolError('unknown Transfer-Encoding');
  framing.isChunked = true;
  return true;
}

function withoutNames(fields: readonly string[], names: readonly string[]): string[] {
  const kept: string[] = [];
  for (let i = 0; i < fields.length; i += 2) {
    const [name = '', value = ''] = [fields[i], fields[i + 1]];
    // What says where the body ends stays, whatever the peer lists.
    if (!names.includes(name.toLowerCase()) || /^content-length$/i.test(name)) kept.push(name, value);
  }
  return kept;
}
