import { type HostObject, type Native, Table, textOf } from '@sluice/templates';
import { UnreadableBody } from './unreadable-body.ts';
import { bytesOfText, textOfBytes } from './byte-text.ts';

/** Parts of one body. */
const partsMax = 1000;

interface Part {
  readonly name: string;
  readonly head: string;
  readonly value: string;
}

/** A body of `multipart/form-data` (RFC 7578), which a template can read, change and write. */
export class MultipartBody implements HostObject {
  readonly isHostObject = true;
  readonly #boundary: string;
  #parts: Part[];
  readonly #methods: Readonly<Record<string, Native>> = {
    get: ([, name]) => this.#get(textOf(name)),
    get_all: () => this.fields(),
    get_as_array: ([, name]) =>
      new Table(
        this.#named(textOf(name)).map(({ value }) => value),
        true,
      ),
    set_simple: ([, name, value, filename, type]) => this.#set(textOf(name), textOf(value), filename, type),
    delete: ([, name]) => this.#delete(textOf(name)),
    tostring: () => this.#text(),
  };

  constructor(bytes: Uint8Array, contentType: string | undefined) {
    const [, quoted, plain] = /boundary=(?:"([^"\r\n]{1,70})"|([^;,\s"]{1,70}))/i.exec(contentType ?? '') ?? [];
    const boundary = quoted ?? plain;
    if (boundary === undefined) throw new UnreadableBody('the content type names no boundary');
    this.#boundary = boundary;
    this.#parts = partsOf(bytes, boundary);
  }

  index(key: string): unknown {
    return Object.hasOwn(this.#methods, key) ? this.#methods[key] : undefined;
  }

  /** The values by name; of several with one name, the last. */
  fields(): Table {
    const fields = new Table();
    for (const { name, value } of this.#parts) fields.set(name, value);
    return fields;
  }

  #named(name: string): Part[] {
    return this.#parts.filter((part) => part.name === name);
  }

  #get(name: string): Table | undefined {
    const [part] = this.#named(name);
    if (!part) return undefined;
    const table = new Table();
    table.set('name', part.name);
    table.set('value', part.value);
    table.set('headers', new Table(part.head.split('\r\n'), true));
    return table;
  }

  #set(name: string, value: string, filename: unknown, type: unknown): void {
    const file = filename === undefined ? '' : `; filename="${quotable(textOf(filename))}"`;
    const typeLine = type === undefined ? '' : `\r\nContent-Type: ${textOf(type).replace(/[\r\n]+/g, ' ')}`;
    const head = `Content-Disposition: form-data; name="${quotable(name)}"${file}${typeLine}`;
    const part = { name, head, value };
    const at = this.#parts.findIndex((other) => other.name === name);
    this.#parts = at < 0 ? [...this.#parts, part] : this.#parts.with(at, part);
  }

  #delete(name: string): void {
    this.#parts = this.#parts.filter((part) => part.name !== name);
  }

  #text(): string {
    const parts = this.#parts.map(({ head, value }) => `--${this.#boundary}\r\n${head}\r\n\r\n${value}\r\n`);
    return `${parts.join('')}--${this.#boundary}--\r\n`;
  }
}

function partsOf(bytes: Uint8Array, boundary: string): Part[] {
  // A boundary stands at the start of a line, the first one at the start of all.
  const body = Buffer.concat([Buffer.from('\r\n'), bytes]);
  const mark = bytesOfText(`\r\n--${boundary}`);
  const parts: Part[] = [];
  let at = body.indexOf(mark);
  while (at >= 0) {
    const start = body.indexOf('\r\n', at + mark.length);
    const after = body.subarray(at + mark.length, at + mark.length + 2).toString();
    if (after === '--') return parts;
    const end = start < 0 ? -1 : body.indexOf(mark, start);
    if (end < 0) break;
    parts.push(partOf(body.subarray(start, end)));
    if (parts.length > partsMax) throw new UnreadableBody(`more than ${partsMax} parts`);
    at = end;
  }
  throw new UnreadableBody('the last part does not end');
}

function partOf(bytes: Buffer): Part {
  const gap = bytes.indexOf('\r\n\r\n');
  if (gap < 0) throw new UnreadableBody('a part has no end of its head');
  const head = textOfBytes(bytes.subarray(2, Math.max(gap, 2)));
  return { name: nameIn(head), head, value: textOfBytes(bytes.subarray(gap + 4)) };
}

/** Parameters one after the other: what looks like a name may stand in the quotes of another. */
function nameIn(head: string): string {
  const disposition = /^content-disposition:(.*)$/im.exec(head)?.[1] ?? '';
  for (const [, name = '', quoted, plain = ''] of disposition.matchAll(/;\s*([\w*-]+)=(?:"([^"]*)"|([^;\s]*))/g))
    if (name.toLowerCase() === 'name') return quoted ?? plain;
  return '';
}

/** What would end the quotes, or the line, as forms write it. */
function quotable(text: string): string {
  return text.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
