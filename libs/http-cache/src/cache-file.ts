import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { KeyDigest } from './key-hash.ts';

const magic = 'SLUICEC1';
/** Magic, digest of the key, lengths of body and head, checksums of body and head, then one of all before it. */
const layout = { digest: 8, bodyBytes: 40, headBytes: 48, bodyCrc: 52, headCrc: 56, crc: 60 };
/** Where the body begins; the head follows it, because it is known last, and can be replaced. */
export const bodyOffset = 64;
const headBytesMax = 128 * 1024;
/** Up to here the whole file is read at once. */
const firstReadBytes = 64 * 1024;

/** What a file says before its body. */
export interface FilePrefix {
  readonly bodyBytes: number;
  readonly headBytes: number;
  readonly bodyCrc: number;
  readonly headCrc: number;
}

/** A file as far as it was read; `body` is there where it is small. */
export interface ReadFile {
  readonly prefix: FilePrefix;
  readonly head: unknown;
  readonly body: Buffer | undefined;
}

/** The folders that a file is in, one in the other: taken from the end of its name, as nginx does. */
export function folderOf(root: string, levels: readonly number[], name: string): string {
  let end = name.length;
  const folders = levels.map((length) => {
    end -= length;
    return name.slice(end, end + length);
  });
  return join(root, ...folders);
}

/** The bytes before the body. */
export function encodePrefix(digest: KeyDigest, prefix: FilePrefix): Buffer {
  const bytes = Buffer.alloc(bodyOffset);
  bytes.write(magic, 'latin1');
  digest.bytes.copy(bytes, layout.digest);
  bytes.writeDoubleLE(prefix.bodyBytes, layout.bodyBytes);
  bytes.writeUInt32LE(prefix.headBytes, layout.headBytes);
  bytes.writeUInt32LE(prefix.bodyCrc, layout.bodyCrc);
  bytes.writeUInt32LE(prefix.headCrc, layout.headCrc);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, layout.crc)), layout.crc);
  return bytes;
}

/** What a file says of itself; undefined where it is not of this key, or damaged. */
export function decodePrefix(bytes: Buffer, digest: KeyDigest): FilePrefix | undefined {
  if (bytes.length < bodyOffset || bytes.toString('latin1', 0, magic.length) !== magic) return undefined;
  if (crc32(bytes.subarray(0, layout.crc)) !== bytes.readUInt32LE(layout.crc)) return undefined;
  if (!bytes.subarray(layout.digest, layout.bodyBytes).equals(digest.bytes)) return undefined;
  const headBytes = bytes.readUInt32LE(layout.headBytes);
  if (headBytes > headBytesMax) return undefined;
  return {
    bodyBytes: bytes.readDoubleLE(layout.bodyBytes),
    headBytes,
    bodyCrc: bytes.readUInt32LE(layout.bodyCrc),
    headCrc: bytes.readUInt32LE(layout.headCrc),
  };
}

/** Reads what is needed to answer; undefined where there is no such file, or it is damaged. */
export async function readCacheFile(path: string, digest: KeyDigest): Promise<ReadFile | undefined> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    return await readParts(file, digest);
  } catch {
    // Gone, or not readable: both mean that nothing is stored.
    return undefined;
  } finally {
    await file?.close();
  }
}

async function readParts(file: FileHandle, digest: KeyDigest): Promise<ReadFile | undefined> {
  const first = await readAt(file, 0, firstReadBytes);
  const prefix = decodePrefix(first, digest);
  if (prefix === undefined) return undefined;
  const headAt = bodyOffset + prefix.bodyBytes;
  const isHeadRead = headAt + prefix.headBytes <= first.length;
  const headBytes = isHeadRead
    ? first.subarray(headAt, headAt + prefix.headBytes)
    : await readAt(file, headAt, prefix.headBytes);
  if (headBytes.length !== prefix.headBytes || crc32(headBytes) !== prefix.headCrc) return undefined;
  // A copy: what is kept of a small file must not keep the whole of what was read.
  const body = isHeadRead ? Buffer.from(first.subarray(bodyOffset, headAt)) : undefined;
  if (body !== undefined && crc32(body) !== prefix.bodyCrc) return undefined;
  return { prefix, head: JSON.parse(headBytes.toString()), body };
}

async function readAt(file: FileHandle, position: number, bytes: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(bytes);
  const { bytesRead } = await file.read(buffer, 0, bytes, position);
  return buffer.subarray(0, bytesRead);
}

/** Reads a part of a body piece by piece. Where the whole is read, damage is found at the end, and thrown. */
export async function* readBody(
  path: string,
  digest: KeyDigest,
  prefix: FilePrefix,
  start: number,
  end: number,
): AsyncGenerator<Buffer, undefined> {
  const { bodyBytes, bodyCrc } = prefix;
  const file = await open(path, 'r');
  let crc = 0;
  try {
    if (!isSame(prefix, await readPrefix(file, digest))) throw new Error('a file of the cache was replaced meanwhile');
    for (let at = start; at < end;) {
      const piece = await readAt(file, bodyOffset + at, Math.min(firstReadBytes, end - at));
      if (piece.length === 0) throw new Error('a file of the cache is shorter than it says');
      at += piece.length;
      crc = crc32(piece, crc);
      const isDamaged = at === end && start === 0 && end === bodyBytes && crc !== bodyCrc;
      if (isDamaged) throw new Error('a file of the cache is damaged');
      yield piece;
    }
  } finally {
    await file.close();
  }
  return undefined;
}

/** Puts another head behind the body that `known` speaks of. Who reads meanwhile sees a damaged file, which is none. */
export async function replaceFileHead(
  path: string,
  digest: KeyDigest,
  known: FilePrefix,
  head: unknown,
): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const text = Buffer.from(JSON.stringify(head));
    // Another file may have been moved here: the head is none of its. One that is moved here from now on is not this one.
    if (!isSame(known, await readPrefix(file, digest)) || text.length > headBytesMax) return;
    await file.write(text, 0, text.length, bodyOffset + known.bodyBytes);
    const changed = { ...known, headBytes: text.length, headCrc: crc32(text) };
    await file.write(encodePrefix(digest, changed), 0, bodyOffset, 0);
  } finally {
    await file.close();
  }
}

async function readPrefix(file: FileHandle, digest: KeyDigest): Promise<FilePrefix | undefined> {
  return decodePrefix(await readAt(file, 0, bodyOffset), digest);
}

/** Whether two prefixes speak of the same body. */
function isSame(known: FilePrefix, found: FilePrefix | undefined): boolean {
  return found !== undefined && found.bodyBytes === known.bodyBytes && found.bodyCrc === known.bodyCrc;
}
