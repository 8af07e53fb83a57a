import type { DataSource } from 'typeorm';
import { StartError } from '../start-error.ts';

/** Any number that all control planes agree on; it serialises their migrations. */
const MIGRATION_LOCK = 0x51_01_ce;

/** Where a database stands. */
export interface SchemaState {
  /** Names of the migrations that it has been through, oldest first. */
  readonly applied: readonly string[];
  /** Those of this build that are still to come. */
  readonly pending: readonly string[];
  /** Those that this build does not know: a newer one has been here. */
  readonly unknown: readonly string[];
}

/** Does something that no other control plane migrates meanwhile. Waits for whoever does. */
export async function withMigrationLock<T>(database: DataSource, work: () => Promise<T>): Promise<T> {
  const guard = database.createQueryRunner();
  try {
    await guard.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    return await work();
  } finally {
    // A connection that is gone has given the lock back by itself.
    await guard.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => undefined);
    await guard.release();
  }
}

/** Compares what a database has been through with what this build knows. */
export async function schemaState(database: DataSource): Promise<SchemaState> {
  const [table] = await database.query<{ found: string | null }[]>(`SELECT to_regclass('migration')::text AS found`);
  const rows = table?.found ? await database.query<{ name: string }[]>('SELECT name FROM migration ORDER BY id') : [];
  const applied = rows.map(({ name }) => name);
  // In the order of their times, in which they are applied.
  const known = database.migrations.map(({ name = '' }) => name).sort((a, b) => timeOf(a) - timeOf(b));
  return {
    applied,
    pending: known.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !known.includes(name)),
  };
}

/** Brings a database up to date, under the lock. All pending migrations succeed, or none of them has happened. */
export async function migrateUp(database: DataSource): Promise<readonly string[]> {
  const { pending, unknown } = await schemaState(database);
  refuseNewer(unknown);
  if (pending.length > 0) await database.runMigrations({ transaction: 'all' });
  return pending;
}

/** Takes the last migrations back, under the lock; what they made is lost. Each is a transaction of its own. */
export async function migrateDown(database: DataSource, steps: number): Promise<readonly string[]> {
  const { applied, unknown } = await schemaState(database);
  refuseNewer(unknown);
  const undone = applied.slice(-steps).reverse();
  for (const _ of undone) await database.undoLastMigration({ transaction: 'each' });
  return undone;
}

/** An older build would write rows as they were, and break what the newer one has made of them. */
function refuseNewer(unknown: readonly string[]): void {
  if (unknown.length === 0) return;
  throw new StartError(
    `SLUICE_DATABASE_URL: the database belongs to a newer version of the control plane (it has been through ` +
      `${unknown.join(', ')}). Start that version, or take it back with its "migrate down".`,
  );
}

function timeOf(name: string): number {
  return Number(/\d+$/.exec(name)?.[0] ?? 0);
}
