import type { EtcdClient, StoredValue } from './etcd-client.ts';
import type { KeyLayout } from './layout.ts';

/** All keys below a prefix as they were at one revision of etcd. */
export interface PrefixState {
  readonly revision: number;
  readonly values: readonly StoredValue[];
}

const FIRST_PAGE_KEYS = 200;
const PAGE_KEYS_MAX = 2_000;
const PAGE_BYTES = 4 * 1024 * 1024;

/**
 * Reads everything below a prefix, page by page but at ONE revision of etcd: now, or one of the past. Throws
 * ETCD_COMPACTED where that one is gone, also when it goes while the pages are being read.
 */
export async function readPrefix(client: EtcdClient, layout: KeyLayout, atRevision?: number): Promise<PrefixState> {
  const values: StoredValue[] = [];
  let { key } = layout.range;
  let revision = atRevision;
  let limit = FIRST_PAGE_KEYS;
  for (;;) {
    const page = await client.range(
      { key, range_end: layout.range.range_end },
      { limit, ...(revision !== undefined && { revision }) },
    );
    revision ??= page.revision;
    // One by one: a page is too long for the arguments of a call.
    for (const value of page.values) values.push(value);
    const last = page.values.at(-1);
    if (!page.hasMore || !last) return { revision, values };
    key = Buffer.from(`${last.key}\0`);
    // Values are of any size: each page is as many keys as the one before promises to fit.
    const bytes = page.values.reduce((sum, { value }) => sum + value.length, 1);
    limit = Math.max(1, Math.min(PAGE_KEYS_MAX, Math.floor((PAGE_BYTES * page.values.length) / bytes)));
  }
}
