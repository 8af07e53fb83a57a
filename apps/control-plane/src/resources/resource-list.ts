import type { KindName } from '@sluice/schema';
import type { StoredResource } from './change-set.ts';
import { type Queryable, resourceColumns } from './resource-rows.ts';

/** By what a list can be sorted. */
export const sortKeys = ['id', 'name', 'update_time', 'create_time', 'created_revision'] as const;

/** Which resources of a kind are wanted, and in which order. Secrets are masked where filters look. */
export interface ResourceQuery {
  readonly kind: KindName;
  /** Part of an id, name, description, path, host, label or user name; case does not matter. */
  readonly search?: string | undefined;
  readonly label?: { readonly key: string; readonly value?: string | undefined } | undefined;
  /** Top-level fields that must have exactly this text. */
  readonly fields?: Readonly<Record<string, string>> | undefined;
  /** Only these ids. */
  readonly ids?: readonly string[] | undefined;
  readonly sort?: (typeof sortKeys)[number] | undefined;
  readonly order?: 'asc' | 'desc' | undefined;
  /** Absent: all of them. */
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
}

const sortExpressions: Readonly<Record<(typeof sortKeys)[number], string>> = {
  id: 'id',
  name: `lower(value->>'name')`,
  update_time: `(value->>'update_time')::bigint`,
  create_time: `(value->>'create_time')::bigint`,
  created_revision: 'created_revision',
};

/** The resources that a query wants. */
export function listResources(db: Queryable, groupId: number, query: ResourceQuery): Promise<StoredResource[]> {
  const { limit, offset = 0 } = query;
  const { where, values } = conditions(groupId, query);
  const page = limit === undefined ? '' : `LIMIT $${values.push(limit)} OFFSET $${values.push(offset)}`;
  return db.query(`SELECT ${resourceColumns} FROM resource WHERE ${where} ORDER BY ${orderOf(query)} ${page}`, values);
}

function orderOf({ sort = 'created_revision', order = 'asc' }: ResourceQuery): string {
  const direction = order === 'desc' ? 'DESC' : 'ASC';
  return `${sortExpressions[sort]} ${direction} NULLS LAST, id ${direction}`;
}

/** How many resources a query wants, its page aside. */
export async function countResources(db: Queryable, groupId: number, query: ResourceQuery): Promise<number> {
  const { where, values } = conditions(groupId, query);
  const [row] = await db.query(`SELECT count(*) AS total FROM resource WHERE ${where}`, values);
  return row.total;
}

/** What a resource is called: all that a filter by pattern looks at. */
export interface ListedNames {
  readonly id: string;
  readonly name: string | null;
  readonly uris: readonly string[];
}

/** The names of all resources that a query wants, its page aside, in its order. */
export async function listNames(db: Queryable, groupId: number, query: ResourceQuery): Promise<ListedNames[]> {
  const { where, values } = conditions(groupId, query);
  const select = `SELECT id, value->>'name' AS name, value->>'uri' AS uri, value->'uris' AS uris
    FROM resource WHERE ${where} ORDER BY ${orderOf(query)}`;
  const rows: { id: string; name: string | null; uri: string | null; uris: string[] | null }[] = await db.query(
    select,
    values,
  );
  return rows.map(({ id, name, uri, uris }) => ({ id, name, uris: uri === null ? (uris ?? []) : [uri] }));
}

/** What `search` looks through: one text, so that one pass over a row is enough. */
const searched = `lower(concat_ws(E'\\n', id, value->>'name', value->>'desc', value->>'uri', value->>'uris',
  value->>'host', value->>'hosts', value->>'labels', value->>'username'))`;

function conditions(groupId: number, query: ResourceQuery): { where: string; values: unknown[] } {
  const values: unknown[] = [];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const parts = [`group_id = ${bind(groupId)}`, `kind = ${bind(query.kind)}`];
  const { search, label, fields = {}, ids } = query;
  if (search) parts.push(`position(lower(${bind(search)}::text) IN ${searched}) > 0`);
  if (label && label.value === undefined) parts.push(`jsonb_exists(value->'labels', ${bind(label.key)})`);
  if (label?.value !== undefined) parts.push(`value->'labels'->>${bind(label.key)}::text = ${bind(label.value)}`);
  for (const [field, text] of Object.entries(fields)) parts.push(`value->>${bind(field)}::text = ${bind(text)}`);
  if (ids) parts.push(`id = ANY(${bind(ids)})`);
  return { where: parts.join(' AND '), values };
}
