/** A table of which a column holds envelopes. */
export interface SealedTable {
  readonly name: string;
  readonly column: string;
  /** The primary key, in its order, with the type of each column. */
  readonly key: Readonly<Record<string, 'integer' | 'bigint' | 'text'>>;
  /** To what an envelope is bound: expressions for kind and id. */
  readonly kind: string;
  readonly id: string;
}

/** The tables whose envelopes stay, and are sealed again when keys rotate. */
export const sealedTables: readonly SealedTable[] = [
  {
    name: 'resource',
    column: 'sealed',
    key: { group_id: 'integer', kind: 'text', id: 'text' },
    kind: 'kind',
    id: 'id',
  },
  {
    name: 'resource_version',
    column: 'sealed',
    key: { group_id: 'integer', revision: 'bigint', kind: 'text', id: 'text' },
    kind: 'kind',
    id: 'id',
  },
  {
    name: 'draft_edit',
    column: 'sealed',
    key: { draft_id: 'bigint', kind: 'text', id: 'text' },
    kind: 'kind',
    id: 'id',
  },
  { name: 'server_certificate', column: 'sealed', key: { id: 'text' }, kind: `'server_certificate'`, id: 'id' },
];

/**
 * Columns with envelopes that are gone within a day, or that prove a key and go with it: they are left as they are. Who
 * finds one that does not open any more is told so.
 */
export const passingEnvelopes: readonly string[] = [
  'instance_command.arguments',
  'instance_command.result',
  'idempotency_key.answer',
  'keyring_check.sealed',
];
