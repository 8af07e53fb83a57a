import { Refusal } from '../http/refusal.ts';
import { queryFlag, queryText, type RequestQuery } from '../http/request-query.ts';

/** Which entries somebody wants to see. */
export interface AuditFilter {
  readonly actor: string | undefined;
  /** An action, or all that begin alike: `session.*`. */
  readonly action: string | undefined;
  readonly group: string | undefined;
  readonly kind: string | undefined;
  readonly id: string | undefined;
  readonly from: Date | undefined;
  readonly to: Date | undefined;
  /** Words that all occur; the end of each may be missing. */
  readonly text: string | undefined;
  readonly failedOnly: boolean;
}

/** What failed or was refused has an action that ends like this. */
export const FAILED_SUFFIX = '.refuse';

/** A condition on entries with the values that it needs. */
export interface AuditCondition {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** Reads the filter of a request. */
export function auditFilterOf(query: RequestQuery): AuditFilter {
  return {
    actor: queryText(query, 'actor'),
    action: queryText(query, 'action'),
    group: queryText(query, 'group'),
    kind: queryText(query, 'kind'),
    id: queryText(query, 'id'),
    from: queryTime(query, 'from'),
    to: queryTime(query, 'to'),
    text: queryText(query, 'text'),
    failedOnly: queryFlag(query, 'failed'),
  };
}

/**
 * A filter as SQL. Only what is asked for becomes part of it: a condition that is always there keeps the database from
 * choosing the index that fits. `words` is the search query made of the filter's text.
 */
export function conditionOf(
  filter: AuditFilter,
  words: string | undefined,
  scopes: readonly number[] | null,
): AuditCondition {
  const values: unknown[] = [];
  const conditions: string[] = [];
  const add = (value: unknown, condition: (place: string) => string): void => {
    if (value === undefined || value === null) return;
    values.push(value);
    conditions.push(condition(`$${values.length}`));
  };
  add(scopes?.length === 1 ? scopes[0] : undefined, (place) => `scope = ${place}`);
  add(scopes?.length === 1 ? undefined : scopes, (place) => `scope = ANY (${place})`);
  add(filter.actor, (place) => `actor = ${place}`);
  const [, beginning] = /^(.*)\*$/.exec(filter.action ?? '') ?? [];
  add(beginning === undefined ? filter.action : undefined, (place) => `action = ${place}`);
  add(beginning && likeBeginning(beginning), (place) => `action LIKE ${place}`);
  add(filter.group, (place) => `group_name = ${place}`);
  add(filter.kind, (place) => `kind = ${place}`);
  add(filter.id, (place) => `id = ${place}`);
  add(filter.from, (place) => `at >= ${place}`);
  add(filter.to, (place) => `at < ${place}`);
  add(words, (place) => `words @@ ${place}::tsquery`);
  // Written out, because the small index on what failed is found by these very words.
  if (filter.failedOnly) conditions.push(`action LIKE '%${FAILED_SUFFIX}'`);
  return { sql: conditions.map((condition) => `AND ${condition}`).join(' '), values };
}

const time = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?)?$/;

function queryTime(query: RequestQuery, name: string): Date | undefined {
  const text = queryText(query, name);
  if (text === undefined) return undefined;
  const at = new Date(time.test(text) ? text : Number.NaN);
  if (!Number.isNaN(at.getTime())) return at;
  throw new Refusal('INVALID', `The query parameter ${name} must be a time, such as 2026-01-31T12:00:00Z.`);
}

function likeBeginning(text: string): string {
  return `${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
}
