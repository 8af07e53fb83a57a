import type { JsonObject } from '@sluice/schema';
import { actionOf, type Effect } from '../resources/change-set.ts';
import { operationsBetween } from '../revisions/operations.ts';
import { shownValueOf } from '../revisions/shown-value.ts';
import type { Version } from '../revisions/version-rows.ts';
import type { Sealing } from '../sealing/sealing.ts';
import type { ChangeListView } from './change-list.schema.ts';

/** Changes that one answer lists. */
const LISTED_MAX = 2_000;
/** Of these, so many come with their values. */
const DETAILED_MAX = 200;

type Listed = Pick<ChangeListView, 'summary' | 'changes' | 'truncated'>;

/** Lists effects by kind and id, secrets masked, and counts all of them. */
export function listChanges(effects: readonly Effect[], unchanged: number, sealing: Sealing): Listed {
  const summary = { create: 0, update: 0, delete: 0, unchanged };
  for (const { before, after } of effects) summary[actionOf(before, after)] += 1;
  const sorted = effects.toSorted((a, b) => compare(a.kind, b.kind) || compare(a.id, b.id));
  const changes = sorted.slice(0, LISTED_MAX).map((effect, i) => changeOf(effect, i < DETAILED_MAX ? sealing : null));
  return { summary, changes, truncated: effects.length > LISTED_MAX };
}

function changeOf({ kind, id, before, after }: Effect, sealing: Sealing | null): ChangeListView['changes'][number] {
  const change = { kind, id, action: actionOf(before, after) };
  if (!sealing) return change;
  const [old, next] = [before ?? absent(kind, id), after ?? absent(kind, id)];
  const operations = operationsBetween(shownValueOf(old, sealing), shownValueOf(next, sealing));
  return { ...change, before: valueOf(old), after: valueOf(next), operations };
}

function absent(kind: string, id: string): Version {
  return { kind, id, body: null, sealed: null, hash: null };
}

function valueOf({ body }: Version): JsonObject | null {
  return body === null ? null : (JSON.parse(body) as JsonObject);
}

/** By code unit, as the database sorts. */
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
