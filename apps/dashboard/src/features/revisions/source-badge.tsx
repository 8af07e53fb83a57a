import { Badge } from '@mantine/core';
import type { JSX } from 'react';

const sources: Readonly<Record<string, { label: string; color: string }>> = {
  dashboard: { label: 'dashboard', color: 'sluice' },
  api: { label: 'API', color: 'gray' },
  draft: { label: 'draft', color: 'teal' },
  import: { label: 'import', color: 'violet' },
  promotion: { label: 'promotion', color: 'violet' },
  rollback: { label: 'rollback', color: 'orange' },
  revert: { label: 'undo', color: 'orange' },
  restore: { label: 'restore', color: 'orange' },
  ttl: { label: 'expired', color: 'gray' },
};

/** Every source, for a choice. */
export const sourceOptions = Object.entries(sources).map(([value, { label }]) => ({ value, label }));

/** How a revision came about. */
export function SourceBadge({ source }: { readonly source: string }): JSX.Element {
  const { label, color } = sources[source] ?? { label: source, color: 'gray' };
  return <Badge color={color}>{label}</Badge>;
}
