import type { DataSource } from 'typeorm';
import { inTransaction } from '../database/transaction.ts';
import { type SealedTable, sealedTables } from './sealed-tables.ts';
import type { SealedBody, Sealing } from './sealing.ts';

const PAGE_ROWS = 500;

/** What a rotation came to. */
export interface RotationReport {
  /** Envelopes that were sealed again, by table. */
  readonly resealed: Readonly<Record<string, number>>;
  /** Keys with which nothing that stays is sealed any more. */
  readonly freed: readonly string[];
}

/** A row with its envelope, as rotation reads it. */
interface EnvelopeRow {
  readonly key: readonly unknown[];
  readonly kind: string;
  readonly id: string;
  readonly sealed: Buffer;
}

/** Told how far a rotation has come. */
export type Progress = (table: string, resealed: number) => void;

/**
 * Seals every envelope under the first key of the ring, row by row, while control planes serve and write: a row that is
 * written meanwhile is left to its writer. Whoever stops it in between runs it again; what is done is done.
 */
export async function rotateKeys(
  database: DataSource,
  sealing: Sealing,
  onProgress: Progress,
): Promise<RotationReport> {
  const resealed: Record<string, number> = {};
  for (const table of sealedTables) {
    resealed[table.name] = await resealTable(database, sealing, table, (count) => onProgress(table.name, count));
  }
  return { resealed, freed: await forgetUnusedKeys(database, sealing.keyId) };
}

async function resealTable(
  database: DataSource,
  sealing: Sealing,
  table: SealedTable,
  onProgress: (count: number) => void,
): Promise<number> {
  const statements = statementsOf(table);
  let count = 0;
  let last: EnvelopeRow | undefined;
  do {
    const place = last?.key ?? [];
    const statement = last ? statements.next : statements.first;
    const page: EnvelopeRow[] = await database.query(statement, [sealing.keyId, PAGE_ROWS, ...place]);
    // One statement per row: a transaction of many would wait for writers, and they for it.
    for (const row of page) count += await resealRow(database, sealing, statements.update, row);
    if (page.length > 0) onProgress(count);
    last = page.length === PAGE_ROWS ? page.at(-1) : undefined;
  } while (last);
  return count;
}

async function resealRow(database: DataSource, sealing: Sealing, update: string, row: EnvelopeRow): Promise<number> {
  const next = sealing.reseal(row satisfies Omit<SealedBody, 'body'>);
  if (next === null) return 0;
  const [, changed] = (await database.query(update, [next, row.sealed, ...row.key])) as [unknown, number];
  return changed;
}

/** The name of the key is part of the envelope: how long it is stands in the second byte. */
const keyName = (column: string): string =>
  `convert_from(substring(${column} FROM 3 FOR get_byte(${column}, 1)), 'LATIN1')`;

function statementsOf({ name, column, key, kind, id }: SealedTable) {
  const columns = Object.keys(key);
  const places = columns.map((word, i) => `$${i + 3}::${key[word]}`).join(', ');
  const select = (condition: string): string => `
    SELECT json_build_array(${columns.join(', ')}) AS key, ${kind} AS kind, ${id} AS id, ${column} AS sealed FROM ${name}
    WHERE ${column} IS NOT NULL AND ${keyName(column)} <> $1 ${condition}
    ORDER BY ${columns.join(', ')} LIMIT $2`;
  return {
    first: select(''),
    next: select(`AND (${columns.join(', ')}) > (${places})`),
    update: `UPDATE ${name} SET ${column} = $1 WHERE ${column} = $2 AND (${columns.join(', ')}) = (${places})`,
  };
}

/** Strikes keys off the list of those that a control plane must have, where they seal nothing that stays. */
function forgetUnusedKeys(database: DataSource, firstKey: string): Promise<string[]> {
  const used = sealedTables.map(
    ({ name, column }) => `SELECT ${keyName(column)} AS key_id FROM ${name} WHERE ${column} IS NOT NULL`,
  );
  return inTransaction(database, async (db) => {
    await db.query('LOCK TABLE keyring_check IN EXCLUSIVE MODE');
    const [rows] = (await db.query(
      `DELETE FROM keyring_check WHERE key_id <> $1 AND key_id NOT IN (${used.join(' UNION ')}) RETURNING key_id`,
      [firstKey],
    )) as [{ key_id: string }[], number];
    return { answer: rows.map(({ key_id: id }) => id), commit: true };
  });
}
