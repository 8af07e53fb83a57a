import type { EtcdClient, KeyLayout } from '@sluice/sync/etcd';
import type { PublicationLedger, PublishedGroup } from './publication-ledger.ts';
import { publishingErrors } from './publishing.errors.ts';

/** The marks that an APISIX leaves come before all its resources or between them, and there are few of them. */
const KEYS_LOOKED_AT = 1_000;

/**
 * Refuses a prefix below which somebody else keeps configuration, such as an APISIX that is in service, or a Sluice with
 * another database: publishing there would delete all of it.
 */
export async function requireOwnPrefix(
  group: PublishedGroup,
  ledger: PublicationLedger,
  client: EtcdClient,
  layout: KeyLayout,
): Promise<void> {
  if (await ledger.hasPublished(group)) return;
  const { values } = await client.range(layout.range, { limit: KEYS_LOOKED_AT });
  const found = values.find(({ key }) => layout.resourceAt(key));
  if (found) throw publishingErrors.PREFIX_TAKEN(`${found.key} stands there; use another prefix, or clear this one`);
}
