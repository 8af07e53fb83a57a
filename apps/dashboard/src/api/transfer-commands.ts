import type { CallInput } from '@sluice/api-client';
import { client } from './client.ts';
import { groupPath } from './queries.ts';
import { type ImportRequest, type Promotion, transferOf } from './transfer-types.ts';

/** Longer than other calls: a whole configuration is read, compared and written. */
const timeoutMs = 120_000;

/** How an export is written. */
export interface ExportOptions {
  readonly format: 'yaml' | 'json';
  readonly secrets: 'redacted' | 'encrypted';
  readonly revision?: number | undefined;
}

/** Every call about groups as a whole. */
export const transferCommands = {
  createGroup: (wanted: CallInput<'POST /groups'>['body']) => client.send('POST /groups', { body: wanted }),

  describeGroup: (group: string, description: string) =>
    client.send('PATCH /groups/{group}', { path: { group }, body: { description } }),

  deleteGroup: (name: string) =>
    client.send('DELETE /groups/{name}', { path: { name }, query: { force: true } }, { timeoutMs }),

  promote: async (group: string, body: Promotion) =>
    transferOf(await client.send('POST /groups/{group}/promotions', { path: { group }, body }, { timeoutMs })),

  import: async (group: string, body: ImportRequest) =>
    transferOf(await client.send('POST /groups/{group}/imports', { path: { group }, body }, { timeoutMs })),

  /** Where the browser downloads an export; it streams, so that it is nothing for a call. */
  exportUrl: (group: string, { format, secrets, revision }: ExportOptions) => {
    const query = new URLSearchParams({ format, secrets });
    if (revision !== undefined) query.set('revision', String(revision));
    return `/api/v1${groupPath(group)}/export?${query}`;
  },
};
