import process from 'node:process';
import { loadSettings } from '@sluice/settings';
import type { DataSource } from 'typeorm';
import { controlPlaneSettings } from '../config/settings.ts';
import { StartError } from '../start-error.ts';
import { CONTROL_PLANE, defineDatabase } from './open-database.ts';
import { migrateDown, migrateUp, schemaState, withMigrationLock } from './schema-migrations.ts';

const USAGE = `Usage: migrate status
       migrate up
       migrate down [<how many>] --yes     what they made is lost, so that a backup comes first
       migrate down ... --yes --force      also while control planes are connected`;

/** A command, as it was asked for. */
interface MigrateCommand {
  readonly verb: 'status' | 'up' | 'down';
  readonly steps: number;
  readonly isMeant: boolean;
  readonly isForced: boolean;
}

/** Runs `migrate <arguments>`; returns the exit code of the process: 3 where `status` finds something to do. */
export async function runMigrateCommand(argv: readonly string[]): Promise<number> {
  const command = readCommand(argv);
  if (!command) {
    process.stderr.write(`${USAGE}\n`);
    return 2;
  }
  const { database_url: url } = loadSettings(controlPlaneSettings, { env: process.env });
  if (!url) throw new StartError('SLUICE_DATABASE_URL: is required, there is no database without it.');
  const database = await defineDatabase(url, 3, 'sluice-migrate').initialize();
  try {
    return await withMigrationLock(database, () => run(database, command));
  } finally {
    await database.destroy();
  }
}

function readCommand(argv: readonly string[]): MigrateCommand | undefined {
  const flags = argv.filter((word) => word.startsWith('--'));
  const [verb, count = '1', ...rest] = argv.filter((word) => !word.startsWith('--'));
  const isKnown = verb === 'status' || verb === 'up' || verb === 'down';
  const hasStranger = flags.some((flag) => verb !== 'down' || (flag !== '--yes' && flag !== '--force'));
  if (!isKnown || rest.length > 0 || hasStranger || !/^[1-9]\d?$/.test(count)) return undefined;
  if (verb !== 'down' && argv.length > 1) return undefined;
  return { verb, steps: Number(count), isMeant: flags.includes('--yes'), isForced: flags.includes('--force') };
}

async function run(database: DataSource, command: MigrateCommand): Promise<number> {
  switch (command.verb) {
    case 'status':
      return showStatus(database);
    case 'up':
      tell('applied', await migrateUp(database));
      return 0;
    case 'down':
      return goDown(database, command);
  }
}

async function showStatus(database: DataSource): Promise<number> {
  const { applied, pending, unknown } = await schemaState(database);
  for (const name of applied) process.stdout.write(`${unknown.includes(name) ? 'unknown' : 'applied'}  ${name}\n`);
  for (const name of pending) process.stdout.write(`pending  ${name}\n`);
  return pending.length > 0 || unknown.length > 0 ? 3 : 0;
}

async function goDown(database: DataSource, { steps, isMeant, isForced }: MigrateCommand): Promise<number> {
  const { applied } = await schemaState(database);
  if (!isMeant) {
    for (const name of applied.slice(-steps).reverse()) process.stderr.write(`would take back  ${name}\n`);
    process.stderr.write('Nothing was done. What these migrations made is lost: add --yes where that is meant.\n');
    return 2;
  }
  const others = isForced ? 0 : await countConnected(database);
  if (others > 0) {
    process.stderr.write(`Nothing was done: control planes are connected (${others} connections). Stop them first.\n`);
    return 1;
  }
  tell('taken back', await migrateDown(database, steps));
  return 0;
}

/** Connections of control planes to this database. */
async function countConnected(database: DataSource): Promise<number> {
  const select = `SELECT count(*)::integer AS count FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = $1`;
  const [row] = await database.query<{ count: number }[]>(select, [CONTROL_PLANE]);
  return row?.count ?? 0;
}

function tell(what: string, names: readonly string[]): void {
  if (names.length === 0) process.stdout.write('Nothing to do.\n');
  for (const name of names) process.stdout.write(`${what}  ${name}\n`);
}
