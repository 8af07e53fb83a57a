import type { ClientBase, QueryResultRow } from 'pg';
import type { QueryRunner } from 'typeorm';

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
