import process from 'node:process';
import { loadSettings } from '@sluice/settings';
import type { DataSource } from 'typeorm';
import { AuditWriter, SYSTEM_SCOPE } from '../audit/audit-writer.ts';
import { verifyEverything } from '../audit/verify-everything.ts';
import { Catalogue } from '../catalogue/catalogue.ts';
import { controlPlaneSettings, type Settings } from '../config/settings.ts';
import { openDatabase } from '../database/open-database.ts';
import { inTransaction } from '../database/transaction.ts';
import { rotateClaims } from '../resources/claim-rotation.ts';
import { checkKeyRing } from '../sealing/key-ring-check.ts';
import { KeyRing } from '../sealing/key-ring.ts';
import { rotateKeys } from '../sealing/rotation.ts';
import { Sealing } from '../sealing/sealing.ts';
import { StartError } from '../start-error.ts';
import { Passwords } from './passwords.ts';
import { newPassword } from './secret-token.ts';
import { Users } from './users.ts';

const USAGE = `Usage: admin reset-password [username]   gives a user, by default admin, a new password
       admin verify [group]              checks that history and audit trail are what was written
       admin rotate-keys                 seals every secret under the first key of SLUICE_KEYRING`;

/** What a command runs on: a database, and the settings beside it. */
interface Installation {
  readonly database: DataSource;
  readonly settings: Settings;
}

type Command = (installation: Installation, argument: string | undefined) => Promise<number>;

const commands: Readonly<Record<string, Command>> = {
  'reset-password': resetPassword,
  verify,
  'rotate-keys': rotate,
};

const system = { scope: SYSTEM_SCOPE, actor: 'command line', actor_type: 'system' } as const;

/** Runs `admin <arguments>` beside or without a running control plane; returns the exit code of the process. */
export async function runAdminCommand(argv: readonly string[]): Promise<number> {
  const [verb = '', argument, ...rest] = argv;
  const command = Object.hasOwn(commands, verb) ? commands[verb] : undefined;
  if (!command || rest.length > 0 || (verb === 'rotate-keys' && argument !== undefined)) {
    process.stderr.write(`${USAGE}\n`);
    return 2;
  }
  const settings = loadSettings(controlPlaneSettings, { env: process.env });
  if (!settings.database_url)
    throw new StartError('SLUICE_DATABASE_URL: is required, there is no database without it.');
  const database = await openDatabase(settings.database_url, 2);
  try {
    return await command({ database, settings }, argument);
  } finally {
    await database.destroy();
  }
}

/** Gives a user a random password and ends all their sessions. The way back in when nobody can sign in any more. */
async function resetPassword({ database }: Installation, username = 'admin'): Promise<number> {
  const users = new Users(database);
  const user = await users.byName(username);
  if (!user) {
    process.stderr.write(`There is no user ${username}.\n`);
    return 1;
  }
  const password = newPassword();
  const hash = await new Passwords().hash(password);
  await inTransaction(database, async (db) => {
    await users.changePassword(db, user.id, hash, false);
    await db.query('DELETE FROM session WHERE user_id = $1', [user.id]);
    await new AuditWriter().append(db, { ...system, action: 'password.reset', kind: 'user', id: username });
    return { answer: undefined, commit: true };
  });
  process.stdout.write(`New password of ${username}: ${password}\n`);
  if (user.disabled) process.stderr.write(`${username} is disabled and cannot sign in until somebody enables them.\n`);
  return 0;
}

/** Prints a line per chain; 1 where one does not hold. */
async function verify(installation: Installation, group: string | undefined): Promise<number> {
  const verdicts = await verifyEverything(installation.database, await sealingOf(installation), group);
  if (verdicts.length === 0) throw new StartError(`There is no gateway group ${group}.`);
  for (const { type, group: name, report } of verdicts) {
    const what = `${type} of ${name ?? 'what belongs to no group'}`;
    const line = report.isIntact ? `intact (${report.checked})` : `BROKEN at ${report.at}: ${report.reason}`;
    process.stdout.write(`${what}: ${line}\n`);
  }
  return verdicts.every(({ report }) => report.isIntact) ? 0 : 1;
}

/** Prints what was sealed again, and which keys are needed no more. */
async function rotate(installation: Installation): Promise<number> {
  const { database } = installation;
  const sealing = await sealingOf(installation);
  // Claims come first: only what no claim needs any more may be called free.
  const claims = await rotateClaims(database, sealing, new Catalogue());
  const { resealed, freed } = await rotateKeys(database, sealing, (table, count) => {
    process.stderr.write(`${table}: ${count}\n`);
  });
  await inTransaction(database, async (db) => {
    const detail = { key: sealing.keyId, resealed, claims, freed: [...freed] };
    await new AuditWriter().append(db, { ...system, action: 'keyring.rotate', detail });
    return { answer: undefined, commit: true };
  });
  const total = Object.values(resealed).reduce((sum, count) => sum + count, 0);
  process.stdout.write(`${total} secrets are sealed anew with the key ${sealing.keyId}.\n`);
  for (const key of freed) process.stdout.write(`The key ${key} may leave SLUICE_KEYRING on all control planes.\n`);
  return 0;
}

async function sealingOf({ database, settings }: Installation): Promise<Sealing> {
  const ring = await KeyRing.load(settings.keyring, settings.data_dir);
  await checkKeyRing(database, ring);
  return new Sealing(ring);
}
