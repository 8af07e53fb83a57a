import type { ClientBase, Pool, QueryResultRow } from 'pg';
import type { DataSource, QueryRunner } from 'typeorm';

/** A statement with a name of its own. */
export interface PreparedStatement {
  readonly name: string;
  readonly text: string;
}

/**
 * Runs a statement that each connection parses and plans only once: for what every write does, and what is large enough
 * that planning it costs as much as running it.
 */
export async function runPrepared<R extends QueryResultRow>(
  db: QueryRunner,
  { name, text }: PreparedStatement,
  values: readonly unknown[],
): Promise<R[]> {
  const client = (await db.connect()) as ClientBase;
  const { rows } = await client.query<R>({ name, text, values: [...values] });
  return rows;
}

/** Runs a statement outside of any transaction, on whichever connection is free: for what every request asks. */
export async function askPrepared<R extends QueryResultRow>(
  database: DataSource,
  { name, text }: PreparedStatement,
  values: readonly unknown[],
): Promise<R[]> {
  const { master: pool } = database.driver as unknown as { readonly master: Pool };
  const { rows } = await pool.query<R>({ name, text, values: [...values] });
  return rows;
}
