import type { DataSource, QueryRunner } from 'typeorm';

/** What ends a transaction: its answer, and whether anything shall stay. */
export interface TransactionEnd<T> {
  readonly answer: T;
  readonly commit: boolean;
}

/** Runs work in one READ COMMITTED transaction on one connection; an error rolls everything back. */
export async function inTransaction<T>(
  database: DataSource,
  work: (db: QueryRunner) => Promise<TransactionEnd<T>>,
): Promise<T> {
  const db = database.createQueryRunner();
  try {
    // Written out, because the query runner's own way to start costs a second round trip for the isolation level.
    await db.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    const { answer, commit } = await work(db);
    await db.query(commit ? 'COMMIT' : 'ROLLBACK');
    return answer;
  } catch (error) {
    // A connection that is gone cannot roll back; the server has done so, and the first error is the one that tells why.
    await db.query('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    await db.release();
  }
}
