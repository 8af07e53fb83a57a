import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { Access1763600000002 } from './migrations/access.ts';
import { Configuration1763600000001 } from './migrations/configuration.ts';
import { FleetHistory1763600000004 } from './migrations/fleet-history.ts';
import { AuditSearch1763600000021 } from './migrations/audit-search.ts';
import { People1763600000020 } from './migrations/people.ts';
import { Groups1763600000030 } from './migrations/groups.ts';
import { Idempotency1763600000040 } from './migrations/idempotency.ts';
import { ResourceListing1763600000041 } from './migrations/resource-listing.ts';
import { History1763600000010 } from './migrations/history.ts';
import { Questions1763600000006 } from './migrations/questions.ts';
import { Fleet1763600000003 } from './migrations/fleet.ts';
import { Publication1763600000005 } from './migrations/publication.ts';
import { migrateUp, withMigrationLock } from './schema-migrations.ts';
import { endSilentConnections } from './silence.ts';

/** What the database calls the connections of a control plane. */
export const CONTROL_PLANE = 'sluice-control-plane';

/** Longer than any statement takes, and than anybody wants to wait for one. */
const SILENCE_MS = 15_000;

/** The database of a control plane, not yet connected. Entities are not used: every statement is written out. */
export function defineDatabase(
  url: string,
  connectionsMax: number,
  applicationName: string = CONTROL_PLANE,
): DataSource {
  return new DataSource({
    type: 'postgres',
    url,
    applicationName,
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
      History1763600000010,
      People1763600000020,
      AuditSearch1763600000021,
      Idempotency1763600000040,
      ResourceListing1763600000041,
      Groups1763600000030,
    ],
    // A transaction that a broken link left open holds the lock of its group, so it may not stay.
    extra: { keepAlive: true, idle_in_transaction_session_timeout: 10_000 },
  });
}

/** Connects and brings the schema up to date. Safe with several control planes starting at once. */
export async function openDatabase(url: string, connectionsMax: number): Promise<DataSource> {
  await bringUpToDate(url);
  const database = await defineDatabase(url, connectionsMax).initialize();
  endSilentConnections((database.driver as unknown as { readonly master: Pool }).master, SILENCE_MS);
  return database;
}

/** By connections of its own: a migration of large tables, or the wait for one, is silent for as long as it takes. */
async function bringUpToDate(url: string): Promise<void> {
  const database = await defineDatabase(url, 2).initialize();
  try {
    await withMigrationLock(database, () => migrateUp(database));
  } finally {
    await database.destroy();
  }
}
