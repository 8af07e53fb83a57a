import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { HeldResource } from '../config-state.ts';
import { sameBytes, StateDigest } from '../digest.ts';
import type { Batch, ResourceChange } from '../source.ts';
import { LineReader, readResource, resourceBytes } from './resource-lines.ts';

/** What the copy says of itself, beside the resources. */
export interface CopyHeader {
  readonly group: string;
  readonly revision: number;
  readonly digest: Uint8Array;
  /** The build that has found every resource valid; absent where nobody has. */
  readonly checkedBy?: string | undefined;
}

interface FirstLine {
  readonly group: string;
  readonly revision: number;
  readonly digest: string;
  readonly count: number;
  readonly checked_by?: string;
}

/** A copy as it stands on disk. */
export interface Copy {
  readonly batch: Batch;
  /** SHA-256 of all that stands before it: tells this copy from every other one. */
  readonly seal: Uint8Array;
  readonly bytes: number;
}

const magic = 'SLUICE-CONFIG 1\n';
/** A write for each resource would cost more than all the rest. */
const pieceBytes = 1024 * 1024;

/**
 * Writes the last known good configuration: a header line, then a line of JSON and the canonical bytes per resource, then
 * the SHA-256 of all that. Readable by its owner only, since keys are in it. The file is replaced as a whole (write,
 * fsync, rename), so that a crash leaves either the old copy or the new one.
 */
export async function writeCopy(
  path: string,
  header: CopyHeader,
  resources: Iterable<HeldResource>,
): Promise<Pick<Copy, 'seal' | 'bytes'>> {
  // Taken before the first wait: the resources may change while the file is being written.
  const held = [...resources];
  const first: FirstLine = {
    group: header.group,
    revision: header.revision,
    digest: Buffer.from(header.digest).toString('hex'),
    count: held.length,
    ...(header.checkedBy !== undefined && { checked_by: header.checkedBy }),
  };
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const hash = createHash('sha256');
  const temporary = `${path}.new`;
  const file = await open(temporary, 'w', 0o600);
  let bytes = 32;
  let seal: Uint8Array;
  try {
    for (const piece of pieces(first, held)) {
      hash.update(piece);
      bytes += piece.length;
      await file.writeFile(piece);
    }
    seal = hash.digest();
    await file.writeFile(seal);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  return { seal, bytes };
}

/**
 * Reads a copy back as a snapshot. Returns undefined where there is none; throws where there is one that cannot be
 * trusted: torn, tampered with, of another group, or not summing to its digest.
 */
export async function readCopy(path: string, group: string): Promise<Copy | undefined> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!bytes) return undefined;
  const content = bytes.subarray(0, -32);
  const seal = createHash('sha256').update(content).digest();
  if (!sameBytes(seal, bytes.subarray(-32))) throw new Error('its checksum is wrong');
  const reader = new LineReader(content);
  if (`${reader.line()}\n` !== magic) throw new Error('it is not a copy of a configuration that this version can read');
  const first = JSON.parse(reader.line()) as FirstLine;
  if (first.group !== group) throw new Error(`it belongs to the gateway group ${first.group}`);
  const changes = Array.from({ length: first.count }, () => readResource(reader));
  const digest = Buffer.from(first.digest, 'hex');
  if (!sameBytes(sumOf(changes), digest)) throw new Error('its resources do not sum to its digest');
  const { revision, checked_by: checkedBy } = first;
  const batch: Batch = { type: 'snapshot', baseRevision: 0, revision, digest, changes };
  return { batch: checkedBy === undefined ? batch : { ...batch, checkedBy }, seal, bytes: bytes.length };
}

function* pieces(first: FirstLine, held: readonly HeldResource[]): Generator<Uint8Array> {
  let piece: Uint8Array[] = [Buffer.from(`${magic}${JSON.stringify(first)}\n`)];
  let length = 0;
  for (const resource of held) {
    const parts = resourceBytes(resource);
    piece.push(...parts);
    for (const part of parts) length += part.length;
    if (length < pieceBytes) continue;
    yield Buffer.concat(piece);
    piece = [];
    length = 0;
  }
  yield Buffer.concat(piece);
}

function sumOf(changes: readonly ResourceChange[]): Uint8Array {
  const sum = StateDigest.empty();
  for (const { hash } of changes) if (hash) sum.add(hash);
  return sum.toBytes();
}
