import { Button, Collapse, Group } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconFilter } from '@tabler/icons-react';
import type { JSX, ReactNode } from 'react';

interface FilterBarProps {
  /** How many filters are set among those that unfold. */
  readonly hidden: number;
  /** Undefined while there is nothing to clear. */
  readonly onClear: (() => void) | undefined;
  /** The filters that unfold. */
  readonly more: ReactNode;
  /** The filters that are used most. */
  readonly children: ReactNode;
}

/** Filters of a list: those that are used most in a row, the others below it on demand. */
export function FilterBar({ hidden, onClear, more, children }: FilterBarProps): JSX.Element {
  const [isOpen, { toggle }] = useDisclosure(hidden > 0);
  return (
    <>
      <Group p="md" gap="sm">
        {children}
        <Button
          variant="default"
          leftSection={<IconFilter size={16} aria-hidden />}
          aria-expanded={isOpen}
          aria-controls="more-filters"
          onClick={toggle}
        >
          {hidden === 0 ? 'More filters' : `More filters (${hidden})`}
        </Button>
        {onClear && (
          <Button variant="subtle" onClick={onClear}>
            Clear the filters
          </Button>
        )}
      </Group>
      <Collapse expanded={isOpen} id="more-filters">
        {more}
      </Collapse>
    </>
  );
}
