import type { KindName } from '@sluice/schema';
import type { KeyLayout } from './layout.ts';
import type { PrefixState } from './read-prefix.ts';
import type { KeyChange } from './transaction-parts.ts';

/** Where etcd differs from a state. */
export interface Difference {
  readonly key: string;
  readonly kind: KindName;
  readonly id: string;
  readonly found: 'changed' | 'missing' | 'extra';
}

/** All differences, and what has to be written so that there are none. */
export interface Comparison {
  readonly differences: readonly Difference[];
  readonly changes: readonly KeyChange[];
}

/** Compares what stands below a prefix with what should. Keys that are none of resources do not count. */
export function compareState(found: PrefixState, wanted: readonly KeyChange[], layout: KeyLayout): Comparison {
  const differences: Difference[] = [];
  const changes: KeyChange[] = [];
  const note = (change: KeyChange, how: Difference['found']): void => {
    const name = layout.resourceAt(change.key);
    if (!name) return;
    differences.push({ key: change.key, ...name, found: how });
    changes.push(change);
  };
  const values = new Map(found.values.map(({ key, value }) => [key, value]));
  for (const { key, value } of wanted) {
    const stored = values.get(key);
    values.delete(key);
    if (stored === undefined) note({ key, value }, 'missing');
    else if (value !== null && !Buffer.from(value).equals(stored)) note({ key, value }, 'changed');
  }
  for (const key of values.keys()) note({ key, value: null }, 'extra');
  return { differences, changes };
}
