import { Badge } from '@mantine/core';
import type { JSX } from 'react';
import type { Instance } from '../api/types.ts';

const colors = { healthy: 'teal', degraded: 'orange', offline: 'gray' } as const;

/** How a data plane is, in a word: what it is doing says more than that it is not serving as it should. */
export function InstanceStatus({ instance }: { readonly instance: Pick<Instance, 'status' | 'state'> }): JSX.Element {
  const { status, state } = instance;
  const isTelling = status === 'degraded' && (state === 'starting' || state === 'draining');
  return <Badge color={colors[status]}>{isTelling ? state : status}</Badge>;
}
