import { Group, Pagination, Text } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { JSX } from 'react';
import { paths } from '../../paths.ts';
import { useGroup } from '../../scope.ts';
import type { AccessSearch } from './access.page.tsx';

const pageSize = 20;

/** Which page of a list the address asks for. */
export function usePage(): number {
  return (useSearch({ strict: false }) as AccessSearch).page ?? 1;
}

/** The pages of a list that has more than one. */
export function PageBar({ total }: { readonly total: number }): JSX.Element | null {
  const group = useGroup();
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as AccessSearch;
  const pages = Math.ceil(total / pageSize);
  if (pages <= 1) return null;
  return (
    <Group justify="space-between" px="md" py="sm">
      <Text size="xs" c="dimmed" className="tabular">
        {total} in all
      </Text>
      <Pagination
        size="sm"
        total={pages}
        value={search.page ?? 1}
        onChange={(page) => void navigate({ to: paths.access(group), search: { ...search, page }, replace: true })}
        getControlProps={(control) => ({ 'aria-label': `${control} page` })}
        getItemProps={(number) => ({ 'aria-label': `Page ${number}` })}
      />
    </Group>
  );
}
