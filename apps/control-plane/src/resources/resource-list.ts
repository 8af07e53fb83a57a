import { kinds, type KindName } from '@sluice/schema';
import { keyOf, type StoredResource } from './change-set.ts';
import { type Queryable, resourceColumns } from './resource-rows.ts';

/** By what a list can be sorted. */
export const sortKeys = ['id', 'name', 'update_time', 'create_time', 'created_revision'] as const;

/** The fields that lists can be filtered by. */
export const filteredFields = ['service_id', 'upstream_id'] as const;

/** Which resources of a kind are wanted, and in which order. Secrets are masked where filters look. */
export interface ResourceQuery {
  readonly kind: KindName;
  /** Part of an id, name, description, path, host, label or user name; case does not matter. */
  readonly search?: string | undefined;
  readonly label?: { readonly key: string; readonly value?: string | undefined } | undefined;
  /** Fields that must have exactly this text. */
  readonly fields?: Readonly<Partial<Record<(typeof filteredFields)[number], string>>> | undefined;
  /** Texts that an id, name, path and so on must contain, because nothing else can pass a later test. */
  readonly containing?: readonly string[] | undefined;
  /** Only these ids. */
  readonly ids?: readonly string[] | undefined;
  /** Only what lives in the resource of this id. */
  readonly parent?: string | undefined;
  readonly sort?: (typeof sortKeys)[number] | undefined;
  readonly order?: 'asc' | 'desc' | undefined;
  /** Absent: all of them. */
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
}

const sortColumns: Readonly<Record<(typeof sortKeys)[number], string>> = {
  id: 'id',
  name: 'name_key',
  update_time: 'update_time',
  create_time: 'create_time',
  created_revision: 'created_revision',
};

/** Pages that begin nearer are read from the front, without asking first how many resources there are. */
const FAR_OFFSET = 1000;

/** A page of the resources that a query wants, and how many those are in all. */
export async function listPage(db: Queryable, groupId: number, query: ResourceQuery) {
  const { offset = 0 } = query;
  if (offset < FAR_OFFSET || conditions(groupId, query).isFiltered) {
    // On a connection each: the page ends as soon as it is full, the count looks at everything.
    const counting = countResources(db, groupId, query);
    const [list, total] = await Promise.all([listResources(db, groupId, query), counting]);
    return { list, total };
  }
  const total = await countResources(db, groupId, query);
  return { list: await listResources(db, groupId, query, offset > total / 2), total };
}

/**
 * The resources that a query wants. The listing alone decides which; then each is read by its key. Written so that no
 * statistic, however outdated, can make it anything else. A page that is nearer to the end of a list without filters is read
 * from there: the way to a page is as long as what is left out.
 */
export function listResources(
  db: Queryable,
  groupId: number,
  query: ResourceQuery,
  isFromEnd = false,
): Promise<StoredResource[]> {
  const { limit, offset = 0 } = query;
  const { where, values } = conditions(groupId, query);
  const page = limit === undefined ? '' : pageClause(`$${values.push(limit)}`, `$${values.push(offset)}`, isFromEnd);
  const select = `
    SELECT resource.* FROM (
      SELECT id, row_number() OVER () AS place FROM (
        SELECT id FROM resource_listing WHERE ${where} ORDER BY ${orderOf(query, isFromEnd)} ${page}
      ) wanted
    ) page CROSS JOIN LATERAL (
      SELECT ${resourceColumns} FROM resource
      WHERE group_id = $${values.push(groupId)} AND kind = $${values.push(query.kind)} AND id = page.id OFFSET 0
    ) resource ORDER BY page.place ${isFromEnd ? 'DESC' : 'ASC'}`;
  return db.query(select, values);
}

/** From the end, the list has to be as long for the statement as it is in the very state that it reads. */
function pageClause(limit: string, offset: string, isFromEnd: boolean): string {
  if (!isFromEnd) return `LIMIT ${limit} OFFSET ${offset}`;
  const after = `((SELECT sum(count) FROM resource_tally WHERE list = $1) - ${offset}::bigint)`;
  return `LIMIT least(${limit}::bigint, greatest(${after}, 0)) OFFSET greatest(${after} - ${limit}::bigint, 0)`;
}

/** Both directions are each other's reverse, so that one index serves them; what has no name comes last, then first. */
function orderOf({ sort = 'created_revision', order = 'asc' }: ResourceQuery, isFromEnd = false): string {
  const direction = (order === 'desc') === isFromEnd ? 'ASC' : 'DESC';
  const column = sortColumns[sort];
  return column === 'id' ? `id ${direction}` : `${column} ${direction}, id ${direction}`;
}

/** How many resources a query wants, its page aside. */
export async function countResources(db: Queryable, groupId: number, query: ResourceQuery): Promise<number> {
  const { where, values, isFiltered } = conditions(groupId, query);
  const select = isFiltered
    ? `SELECT count(*) AS total FROM resource_listing WHERE ${where}`
    : `SELECT coalesce(sum(count), 0)::integer AS total FROM resource_tally WHERE ${where}`;
  const [row] = await db.query(select, values);
  return row.total;
}

/** What a resource is called: all that a filter by pattern looks at. */
export interface ListedNames {
  readonly id: string;
  readonly name: string | null;
  readonly uris: readonly string[];
}

/** The names of all resources that a query wants, its page aside, in its order. */
export function listNames(db: Queryable, groupId: number, query: ResourceQuery): Promise<ListedNames[]> {
  const { where, values } = conditions(groupId, query);
  return db.query(`SELECT id, name, uris FROM resource_listing WHERE ${where} ORDER BY ${orderOf(query)}`, values);
}

/** Shorter texts have no trigram, and nothing to look up by. */
const INDEXED_LENGTH_MIN = 3;

interface Conditions {
  readonly where: string;
  readonly values: unknown[];
  /** False where all of the kind are wanted. */
  readonly isFiltered: boolean;
}

function conditions(groupId: number, query: ResourceQuery): Conditions {
  const values: unknown[] = [];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const { search, containing = [], ids } = query;
  const parts = [`list = ${bind(`${groupId}/${query.kind}`)}`];
  for (const text of search ? [search, ...containing] : containing) {
    // The first way reads an index; of texts that are in every row, the second is much faster at finding that.
    if (text.length >= INDEXED_LENGTH_MIN) parts.push(`searched LIKE lower(${bind(`%${escapeLike(text)}%`)})`);
    else parts.push(`position(lower(${bind(text)}::text) IN searched) > 0`);
  }
  const tokens = tokensOf(query, bind);
  if (tokens.length > 0) parts.push(`tokens @> ARRAY[${tokens.map((token) => `md5(${token})`).join(', ')}]`);
  if (ids) parts.push(`id = ANY(${bind(ids)})`);
  return { where: parts.join(' AND '), values, isFiltered: parts.length > 1 };
}

/** The words of which a listed resource must have all, as expressions whose hash is looked for. */
function tokensOf({ kind, label, fields = {}, parent }: ResourceQuery, bind: (value: unknown) => string): string[] {
  const tokens = Object.entries(fields).map(
    ([field, text]) => `'field ' || ${bind(field)}::text || '=' || ${bind(text)}::text`,
  );
  if (parent !== undefined) tokens.push(`'ref ' || ${bind(parentReference(kind, parent))}::text`);
  if (!label) return tokens;
  const key = `${bind(label.key)}::text`;
  const isPair = label.value !== undefined;
  return [...tokens, `'label ' || ${isPair ? `json_build_array(${key}, ${bind(label.value)}::text)` : key}`];
}

/** A text of which LIKE takes every character as it stands. */
function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/g, (character) => `\\${character}`);
}

/** A resource refers to what it lives in. */
function parentReference(name: KindName, parent: string): string {
  return keyOf({ kind: kinds.get(name)?.parent?.kind ?? '', id: parent });
}
