import process from 'node:process';
import { loadSettings } from '@sluice/settings';
import type { DataSource } from 'typeorm';
import { AuditWriter, SYSTEM_SCOPE } from '../audit/audit-writer.ts';
import { controlPlaneSettings } from '../config/settings.ts';
import { openDatabase } from '../database/open-database.ts';
import { inTransaction } from '../database/transaction.ts';
import { StartError } from '../start-error.ts';
import { Passwords } from './passwords.ts';
import { newPassword } from './secret-token.ts';
import { Sessions } from './sessions.ts';
import { Users } from './users.ts';

const USAGE = 'Usage: admin reset-password [username]';

/** Runs `admin <arguments>` beside or without a running control plane; returns the exit code of the process. */
export async function runAdminCommand(argv: readonly string[]): Promise<number> {
  const [verb, username = 'admin', ...rest] = argv;
  if (verb !== 'reset-password' || rest.length > 0) {
    process.stderr.write(`${USAGE}\n`);
    return 2;
  }
  const { database_url: url } = loadSettings(controlPlaneSettings, { env: process.env });
  if (!url) throw new StartError('SLUICE_DATABASE_URL: is required, there is no database without it.');
  const database = await openDatabase(url, 2);
  try {
    const password = await resetPassword(database, username);
    if (password === undefined) process.stderr.write(`There is no user ${username}.\n`);
    else process.stdout.write(`New password of ${username}: ${password}\n`);
    return password === undefined ? 1 : 0;
  } finally {
    await database.destroy();
  }
}

/** Gives a user a random password and ends all sessions; undefined where there is no such user. */
async function resetPassword(database: DataSource, username: string): Promise<string | undefined> {
  const users = new Users(database);
  const user = await users.byName(username);
  if (!user) return undefined;
  const password = newPassword();
  const hash = await new Passwords().hash(password);
  return inTransaction(database, async (db) => {
    await users.changePassword(db, user.id, hash);
    await new Sessions(database).endAll(db, user.id);
    const system = { scope: SYSTEM_SCOPE, actor: 'command line', actor_type: 'system' } as const;
    await new AuditWriter().append(db, { ...system, action: 'password.reset', kind: 'user', id: username });
    return { answer: password, commit: true };
  });
}
