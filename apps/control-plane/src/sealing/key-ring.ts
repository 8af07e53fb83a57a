import { hkdfSync, randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { sealingErrors } from './sealing.errors.ts';

const KEY_BYTES = 32;
const keyName = /^[a-zA-Z0-9_-]{1,32}$/;

/** One key: what seals, and a second key derived from it for fingerprints, so that one never serves two purposes. */
export interface RingKey {
  readonly id: string;
  readonly sealing: Buffer;
  readonly fingerprint: Buffer;
}

/** The keys that seal secrets in the database. The first one seals, all of them open. */
export class KeyRing {
  readonly keys: readonly [RingKey, ...RingKey[]];

  constructor(text: string) {
    const [first, ...rest] = text.split(',').map((entry) => readKey(entry.trim()));
    const ids = new Set([first, ...rest].map((key) => key?.id));
    if (!first || ids.size !== rest.length + 1) throw sealingErrors.KEYRING_MALFORMED('a key is named twice');
    this.keys = [first, ...rest];
  }

  get first(): RingKey {
    return this.keys[0];
  }

  byId(id: string): RingKey | undefined {
    return this.keys.find((key) => key.id === id);
  }

  /** The ring as configured, or the one in the data directory, which is generated where there is none. */
  static async load(configured: string | undefined, dataDir: string): Promise<KeyRing> {
    return new KeyRing(configured ?? (await readOrGenerate(dataDir)));
  }
}

function readKey(entry: string): RingKey {
  const at = entry.indexOf(':');
  const id = entry.slice(0, Math.max(at, 0));
  const sealing = Buffer.from(entry.slice(at + 1), 'base64');
  // The detail names the position of the fault at most by key name: never any part of a key.
  if (!keyName.test(id) || sealing.length !== KEY_BYTES) throw sealingErrors.KEYRING_MALFORMED(`key ${id || '?'}`);
  const fingerprint = Buffer.from(hkdfSync('sha256', sealing, '', 'sluice fingerprint', KEY_BYTES));
  return { id, sealing, fingerprint };
}

async function readOrGenerate(dataDir: string): Promise<string> {
  const path = join(dataDir, 'keyring');
  const existing = await readIfPresent(path);
  if (existing !== undefined) return existing.trim();
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await publish(path, `k1:${randomBytes(KEY_BYTES).toString('base64')}\n`);
  // Another control plane may have been first: what stands in the file counts, not what was generated here.
  return (await readFile(path, 'utf8')).trim();
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes a complete, synced file beside the path and links it there, unless there is one by now. */
async function publish(path: string, content: string): Promise<void> {
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await unlink(draft);
  }
}
