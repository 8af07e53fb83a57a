import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { link, mkdir, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';

/** A file as it was written. */
export interface WrittenFile {
  /** Its name below the directory of archives. */
  readonly file: string;
  readonly bytes: number;
  readonly sha256: Buffer;
}

/** The name of an archive below the directory of archives: they sort by what they hold. */
function archiveName(group: string, { first, last }: Span, attempt: number): string {
  const padded = (number: number): string => String(number).padStart(12, '0');
  const again = attempt === 0 ? '' : `.${attempt}`;
  return join(group, `${padded(first)}-${padded(last)}${again}.jsonl.gz`);
}

/** What a file holds. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

/**
 * Writes lines to a file that only this user reads, compressed. What ends before it is complete leaves no file of the final
 * name, which is known only when all lines are there: `spanOf` is asked then. A file that is there already stays: it may be
 * of a group that is gone, or of a database that was restored since.
 */
export async function writeArchive(
  directory: string,
  group: string,
  lines: AsyncIterable<string>,
  spanOf: () => Span,
): Promise<WrittenFile> {
  const folder = join(directory, group);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = join(folder, `.${process.pid}-${Date.now()}.part`);
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    await pipeline(
      Readable.from(lines),
      createGzip(),
      async function* count(chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          hash.update(chunk);
          bytes += chunk.length;
          yield chunk;
        }
      },
      createWriteStream(draft, { mode: 0o600 }),
    );
    await settle(draft);
    const file = await place(draft, directory, (attempt) => archiveName(group, spanOf(), attempt));
    return { file, bytes, sha256: hash.digest() };
  } finally {
    await rm(draft, { force: true });
  }
}

const ATTEMPTS = 1_000;

/** Gives a complete file the first name that is free. */
async function place(draft: string, directory: string, nameOf: (attempt: number) => string): Promise<string> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const path = join(directory, nameOf(attempt));
    try {
      await link(draft, path);
      await settle(dirname(path));
      return nameOf(attempt);
    } catch (error) {
      if ((error as { readonly code?: unknown }).code !== 'EEXIST') throw error;
    }
  }
  throw new Error(`no name is free for an archive such as ${nameOf(0)}`);
}

/** What is deleted from the database next must be on the disk, not on its way there. */
async function settle(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The lines of an archive, one by one. Throws where the file cannot be read or is no gzip file. */
export async function* readArchive(path: string): AsyncGenerator<string> {
  const file = createReadStream(path);
  const content = createGunzip();
  // What breaks the file has to end the loop below, not the process.
  file.on('error', (error) => content.destroy(error));
  content.on('error', () => undefined);
  yield* createInterface({ input: file.pipe(content), crlfDelay: Infinity });
  // A reader of lines ends quietly where its input fails.
  if (content.errored) throw content.errored;
}

/** The SHA-256 of a file as it lies on the disk. */
export async function fileHash(path: string): Promise<Buffer> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest();
}
