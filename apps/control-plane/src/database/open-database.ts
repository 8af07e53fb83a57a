import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { Access1763600000002 } from './migrations/access.ts';
import { Configuration1763600000001 } from './migrations/configuration.ts';
import { FleetHistory1763600000004 } from './migrations/fleet-history.ts';
import { Questions1763600000006 } from './migrations/questions.ts';
import { Fleet1763600000003 } from './migrations/fleet.ts';
import { Publication1763600000005 } from './migrations/publication.ts';
import { endSilentConnections } from './silence.ts';

/** Any number that all control planes agree on; it serialises their migrations. */
const MIGRATION_LOCK = 0x51_01_ce;

/** Longer than any statement takes, and than anybody wants to wait for one. */
const SILENCE_MS = 15_000;

/** The database of a control plane, not yet connected. Entities are not used: every statement is written out. */
export function defineDatabase(url: string, connectionsMax: number): DataSource {
  return new DataSource({
    type: 'postgres',
    url,
    applicationName: 'sluice-control-plane',
    poolSize: connectionsMax,
    // Revision numbers stay far below 2^53.
    parseInt8: true,
    connectTimeoutMS: 10_000,
    logging: false,
    migrationsTableName: 'migration',
    migrations: [
      Configuration1763600000001,
      Access1763600000002,
      Fleet1763600000003,
      FleetHistory1763600000004,
      Publication1763600000005,
      Questions1763600000006,
    ],
    // A transaction that a broken link left open holds the lock of its group, so it may not stay.
    extra: { keepAlive: true, idle_in_transaction_session_timeout: 10_000 },
  });
}

/** Connects and brings the schema up to date. Safe with several control planes starting at once. */
export async function openDatabase(url: string, connectionsMax: number): Promise<DataSource> {
  const database = await defineDatabase(url, connectionsMax).initialize();
  endSilentConnections((database.driver as unknown as { readonly master: Pool }).master, SILENCE_MS);
  try {
    await migrate(database);
    return database;
  } catch (error) {
    await database.destroy();
    throw error;
  }
}

async function migrate(database: DataSource): Promise<void> {
  const guard = database.createQueryRunner();
  try {
    await guard.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await database.runMigrations({ transaction: 'all' });
  } finally {
    await guard.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
    await guard.release();
  }
}
