import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { CliError } from '../cli-error.ts';
import type { Io } from '../command.ts';

/** What a login leaves behind. */
export interface Login {
  readonly url: string;
  readonly token: string;
  readonly group?: string;
}

/** Where logins are kept: `$XDG_CONFIG_HOME/sluice/login.json`, or below `~/.config`. */
export function loginPath({ env }: Pick<Io, 'env'>): string {
  const home = env['XDG_CONFIG_HOME'] || join(env['HOME'] ?? '.', '.config');
  return join(home, 'sluice', 'login.json');
}

/** The login that is kept; undefined where there is none. */
export function readLogin(path: string): Login | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new CliError(`${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
  try {
    const { url, token, group } = JSON.parse(text) as Partial<Login>;
    if (typeof url === 'string' && typeof token === 'string')
      return { url, token, ...(group !== undefined && { group }) };
  } catch {
    // Told below, with what to do about it.
  }
  throw new CliError(`${path} is no login. Delete it, or run sluice login again.`);
}

/** Keeps a login where only its owner can read it. It is there in whole or not at all. */
export function writeLogin(path: string, login: Login): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, `${JSON.stringify(login, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  renameSync(draft, path);
}

/** Forgets the login. */
export function removeLogin(path: string): void {
  rmSync(path, { force: true });
}
