import { Badge } from '@mantine/core';
import type { JSX } from 'react';
import type { DraftState } from '../../api/draft-types.ts';

const states: Readonly<Record<DraftState, { label: string; color: string }>> = {
  open: { label: 'open', color: 'sluice' },
  in_review: { label: 'in review', color: 'violet' },
  approved: { label: 'approved', color: 'teal' },
  rejected: { label: 'rejected', color: 'red' },
  published: { label: 'published', color: 'teal' },
  discarded: { label: 'discarded', color: 'gray' },
};

/** How far a draft has come. */
export function DraftStateBadge({ state }: { readonly state: DraftState }): JSX.Element {
  return <Badge color={states[state].color}>{states[state].label}</Badge>;
}
