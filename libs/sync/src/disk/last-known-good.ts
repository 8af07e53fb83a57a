import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { HeldResource } from '../config-state.ts';
import { elementHash, sameBytes, StateDigest } from '../digest.ts';
import type { Batch, ResourceChange } from '../source.ts';

/** What the copy says of itself, beside the resources. */
export interface CopyHeader {
  readonly group: string;
  readonly revision: number;
  readonly digest: Uint8Array;
}

interface FirstLine {
  readonly group: string;
  readonly revision: number;
  readonly digest: string;
  readonly count: number;
}

const magic = 'SLUICE-CONFIG 1\n';

/**
 * Writes the last known good configuration: a header line, then a line of JSON and the canonical bytes per resource, then
 * the SHA-256 of all that. Readable by its owner only, since keys are in it. The file is replaced as a whole (write,
 * fsync, rename), so that a crash leaves either the old copy or the new one.
 */
export async function writeCopy(path: string, header: CopyHeader, resources: Iterable<HeldResource>): Promise<void> {
  // Taken before the first wait: the resources may change while the file is being written.
  const held = [...resources];
  const first: FirstLine = {
    group: header.group,
    revision: header.revision,
    digest: Buffer.from(header.digest).toString('hex'),
    count: held.length,
  };
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const hash = createHash('sha256');
  const temporary = `${path}.new`;
  const file = await open(temporary, 'w', 0o600);
  try {
    for (const chunk of chunks(first, held)) {
      hash.update(chunk);
      await file.write(chunk);
    }
    await file.write(hash.digest());
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}

/**
 * Reads a copy back as a snapshot. Returns undefined where there is none; throws where there is one that cannot be
 * trusted: torn, tampered with, of another group, or not summing to its digest.
 */
export async function readCopy(path: string, group: string): Promise<Batch | undefined> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!bytes) return undefined;
  const content = bytes.subarray(0, -32);
  if (!sameBytes(createHash('sha256').update(content).digest(), bytes.subarray(-32)))
    throw new Error('its checksum is wrong');
  const reader = new LineReader(content);
  if (`${reader.line()}\n` !== magic) throw new Error('it is not a copy of a configuration that this version can read');
  const first = JSON.parse(reader.line()) as FirstLine;
  if (first.group !== group) throw new Error(`it belongs to the gateway group ${first.group}`);
  const changes = Array.from({ length: first.count }, () => readResource(reader));
  const digest = Buffer.from(first.digest, 'hex');
  if (!sameBytes(sumOf(changes), digest)) throw new Error('its resources do not sum to its digest');
  return { type: 'snapshot', baseRevision: 0, revision: first.revision, digest, changes };
}

function* chunks(first: FirstLine, held: readonly HeldResource[]): Generator<Uint8Array> {
  yield Buffer.from(`${magic}${JSON.stringify(first)}\n`);
  for (const { kind, id, body, createdRevision, modifiedRevision } of held) {
    yield Buffer.from(`${JSON.stringify([kind, id, createdRevision, modifiedRevision, body.length])}\n`);
    yield body;
  }
}

function readResource(reader: LineReader): ResourceChange {
  const [kind, id, createdRevision, modifiedRevision, length] = JSON.parse(reader.line()) as [
    string,
    string,
    number,
    number,
    number,
  ];
  return { kind, id, createdRevision, modifiedRevision, body: reader.bytes(length) };
}

function sumOf(changes: readonly ResourceChange[]): Uint8Array {
  const sum = StateDigest.empty();
  for (const { kind, id, body } of changes) if (body) sum.add(elementHash(kind, id, body));
  return sum.toBytes();
}

class LineReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  line(): string {
    const end = this.#bytes.indexOf(10, this.#at);
    if (end < 0) throw new Error('it ends too early');
    const text = this.#bytes.toString('utf8', this.#at, end);
    this.#at = end + 1;
    return text;
  }

  bytes(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new Error('it ends too early');
    const slice = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return slice;
  }
}
