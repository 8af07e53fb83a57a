import { mkdtempDisposable, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fileHash, readArchive, writeArchive } from './archive-file.ts';

const span = () => ({ first: 1, last: 7 });
const scratch = () => mkdtempDisposable(join(tmpdir(), 'sluice-archive-'));

async function* lines(...texts: string[]): AsyncGenerator<string> {
  for (const text of texts) yield `${text}\n`;
}

async function linesOf(path: string): Promise<string[]> {
  const found: string[] = [];
  for await (const line of readArchive(path)) found.push(line);
  return found;
}

test('what breaks off leaves no file', async () => {
  await using directory = await scratch();
  const failing = async function* (): AsyncGenerator<string> {
    yield 'one\n';
    throw new Error('the database is gone');
  };

  await expect(writeArchive(directory.path, 'prod', failing(), span)).rejects.toThrow('the database is gone');
  expect(await readdir(join(directory.path, 'prod'))).toEqual([]);
});

test('a file that is there already stays what it is', async () => {
  await using directory = await scratch();
  const first = await writeArchive(directory.path, 'prod', lines('first'), span);
  const second = await writeArchive(directory.path, 'prod', lines('second'), span);

  expect([first.file, second.file]).toEqual([
    'prod/000000000001-000000000007.jsonl.gz',
    'prod/000000000001-000000000007.1.jsonl.gz',
  ]);
  expect(await linesOf(join(directory.path, first.file))).toEqual(['first']);
  expect(await linesOf(join(directory.path, second.file))).toEqual(['second']);
});

test('a file is readable by its owner alone, and its hash is that of its bytes', async () => {
  await using directory = await scratch();
  const written = await writeArchive(directory.path, 'prod', lines('a', 'b'), span);
  const path = join(directory.path, written.file);

  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(written.bytes).toBe((await readFile(path)).length);
  expect(await fileHash(path)).toEqual(written.sha256);
});

test('a file that is cut short or is no archive is an error, not an end', async () => {
  await using directory = await scratch();
  const { file } = await writeArchive(directory.path, 'prod', lines('x'.repeat(1000), 'y'.repeat(1000)), span);
  const path = join(directory.path, file);
  await truncate(path, 20);
  await expect(linesOf(path)).rejects.toThrow();
  await writeFile(path, 'plain text');
  await expect(linesOf(path)).rejects.toThrow();
  await expect(linesOf(join(directory.path, 'none'))).rejects.toThrow('ENOENT');
});
