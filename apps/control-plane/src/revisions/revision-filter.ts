import { kinds } from '@sluice/schema';
import { Refusal } from '../http/refusal.ts';
import { queryInteger, queryText, type RequestQuery } from '../http/request-query.ts';
import { wordsOf } from '../resources/revision-words.ts';
import { ownColumns } from './header-rows.ts';

/** Which revisions are wanted: newest first, before one, and only those that all filters let through. */
export interface RevisionFilter {
  readonly before: number;
  readonly limit: number;
  readonly author: string | undefined;
  readonly source: string | undefined;
  /** Only what changed this kind, or this resource. */
  readonly kind: string | undefined;
  readonly id: string | undefined;
  /** Made at or after this time, and before that one. */
  readonly from: Date | undefined;
  readonly to: Date | undefined;
  /** Each of these words begins a word of the message, or of an id or a name that was changed. */
  readonly words: readonly string[];
  readonly label: string | undefined;
}

/** The filter that a query describes. */
export function revisionFilterOf(query: RequestQuery): RevisionFilter {
  return {
    before: queryInteger(query, 'before', { min: 1, max: Number.MAX_SAFE_INTEGER, usual: Number.MAX_SAFE_INTEGER }),
    limit: queryInteger(query, 'limit', { min: 1, max: 200, usual: 50 }),
    author: queryText(query, 'author'),
    source: queryText(query, 'source'),
    kind: queryText(query, 'kind'),
    id: queryText(query, 'id'),
    from: timeOf(query, 'from'),
    to: timeOf(query, 'to'),
    words: wordsOf(queryText(query, 'text') ?? '').slice(0, 16),
    label: queryText(query, 'label'),
  };
}

const isoTime = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?$/;

function timeOf(query: RequestQuery, name: string): Date | undefined {
  const text = queryText(query, name);
  if (text === undefined) return undefined;
  const time = isoTime.test(text) ? new Date(text) : undefined;
  if (time && !Number.isNaN(time.getTime())) return time;
  throw new Refusal('INVALID', `The query parameter ${name} must be a time such as 2026-03-31T08:00:00Z, or a day.`);
}

/** A statement and its values. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/**
 * Control planes have clocks of their own: revisions are in order of their numbers, and of their times only as exactly as
 * those clocks agree. Beyond this much, times bound numbers.
 */
const CLOCKS_AGREE = `interval '10 minutes'`;

type Bind = (value: unknown) => string;

/**
 * Selects a page of revisions and one more, which tells whether there is a next page. Following one resource goes along its
 * versions, following a kind along its revisions, both in order already; everything else is decided by the row itself.
 */
export function selectRevisions(groupId: number, filter: RevisionFilter): Statement {
  const { before, limit } = filter;
  const values: unknown[] = [groupId];
  const bind: Bind = (value) => `$${values.push(value)}`;
  const { table, number, conditions } = sourceOf(filter, bind);
  const parts = [...conditions, `${number} < ${bind(before)}`, ...timeConditions(filter, number, bind)];
  parts.push(...headerConditions(filter, bind));
  const text = `SELECT ${ownColumns} FROM ${table} WHERE ${parts.join(' AND ')}
    ORDER BY ${number} DESC LIMIT ${bind(limit + 1)}`;
  return { text, values };
}

/** From where revisions come in order, and what of it is wanted. */
function sourceOf({ kind, id }: RevisionFilter, bind: Bind) {
  if (kind !== undefined) {
    const isOne = id !== undefined;
    const table = `${isOne ? 'resource_version' : 'revision_kind'} v
      JOIN revision r ON r.group_id = v.group_id AND r.number = v.revision`;
    const conditions = ['v.group_id = $1', `v.kind = ${bind(kind)}`, ...(isOne ? [`v.id = ${bind(id)}`] : [])];
    return { table, number: 'v.revision', conditions };
  }
  const conditions = ['r.group_id = $1'];
  if (id !== undefined) {
    conditions.push(`r.number IN (SELECT revision FROM resource_version
      WHERE group_id = $1 AND kind = ANY(${bind([...kinds.keys()])}) AND id = ${bind(id)})`);
  }
  return { table: 'revision r', number: 'r.number', conditions };
}

/** Times as they were asked for, and numbers that bound them, for it is by number that pages are read. */
function timeConditions({ from, to }: RevisionFilter, number: string, bind: Bind): string[] {
  const neighbour = (condition: string, order: string): string => `
    SELECT n.number FROM revision n WHERE n.group_id = $1 AND n.created_at ${condition} ORDER BY n.created_at ${order} LIMIT 1`;
  const parts: string[] = [];
  if (from) {
    const at = `${bind(from)}::timestamptz`;
    parts.push(`r.created_at >= ${at}`);
    parts.push(`${number} >= coalesce((${neighbour(`< ${at} - ${CLOCKS_AGREE}`, 'DESC')}), 0)`);
  }
  if (to) {
    const at = `${bind(to)}::timestamptz`;
    parts.push(`r.created_at < ${at}`);
    parts.push(`${number} <= coalesce((${neighbour(`> ${at} + ${CLOCKS_AGREE}`, 'ASC')}), ${Number.MAX_SAFE_INTEGER})`);
  }
  return parts;
}

function headerConditions({ author, source, words, label }: RevisionFilter, bind: Bind): string[] {
  const parts: string[] = [];
  if (author !== undefined) parts.push(`r.author = ${bind(author)}`);
  if (source !== undefined) parts.push(`r.source = ${bind(source)}`);
  // Words are letters and digits only, so that nothing in them can be an operator of the query.
  if (words.length > 0) parts.push(`r.search @@ ${bind(words.map((word) => `'${word}':*`).join(' & '))}::tsquery`);
  if (label !== undefined) {
    parts.push(`r.number IN (SELECT revision FROM revision_label WHERE group_id = $1 AND label = ${bind(label)})`);
  }
  return parts;
}
