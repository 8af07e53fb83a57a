import { Badge } from '@mantine/core';
import type { JSX } from 'react';

const sources: Readonly<Record<string, { label: string; color: string }>> = {
  dashboard: { label: 'dashboard', color: 'sluice' },
  api: { label: 'API', color: 'gray' },
  import: { label: 'import', color: 'violet' },
  rollback: { label: 'rollback', color: 'orange' },
  revert: { label: 'undo', color: 'orange' },
  ttl: { label: 'expired', color: 'gray' },
};

/** How a revision came about. */
export function SourceBadge({ source }: { readonly source: string }): JSX.Element {
  const { label, color } = sources[source] ?? { label: source, color: 'gray' };
  return <Badge color={color}>{label}</Badge>;
}
