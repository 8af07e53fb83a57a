import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What the first start tells, once. The key is missing where the settings bring one. */
export interface FirstCredentials {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly admin_key?: string;
}

/** Writes the credentials to a file that only the owner of the process may read, whole or not at all; returns its path. */
export async function writeFirstStartFile(dataDir: string, credentials: FirstCredentials): Promise<string> {
  const path = join(dataDir, 'first-start.json');
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomUUID()}`;
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(`${JSON.stringify(credentials, null, 2)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  return path;
}
