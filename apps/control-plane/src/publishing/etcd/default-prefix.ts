import { StartError } from '../../start-error.ts';
import type { FeedDatabase } from '../feed-database.ts';

/**
 * Gives the default group its prefix in etcd. One that begins like another group's is refused: each would take the keys of
 * the other for its own.
 */
export async function applyDefaultPrefix(database: FeedDatabase, prefix: string): Promise<void> {
  const overlapping = `
    SELECT name FROM gateway_group WHERE name <> 'default'
      AND (starts_with(etcd_prefix || '/', $1 || '/') OR starts_with($1 || '/', etcd_prefix || '/'))`;
  const [other] = await database.query<{ name: string }>(overlapping, [prefix]);
  if (other)
    throw new StartError(`SLUICE_ETCD_PREFIX: ${prefix} overlaps the prefix of gateway group "${other.name}".`);
  await database.query(`UPDATE gateway_group SET etcd_prefix = $1 WHERE name = 'default' AND etcd_prefix <> $1`, [
    prefix,
  ]);
}
