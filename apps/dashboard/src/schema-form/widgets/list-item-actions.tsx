import { Group } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconTrash } from '@tabler/icons-react';
import type { JSX } from 'react';
import { IconAction } from '../../ui/icon-action.tsx';
import { hasKept } from '../json.ts';

/** Whose a stored secret is, is told by the rest of its item, which may change later on in the form. */
const isKeptByPlace = 'An item that would change its place has a stored secret. Replace that secret first.';

/** Why an item cannot leave its list; undefined where it can. */
export function refusalToRemove(items: readonly unknown[], index: number): string | undefined {
  return items.slice(index + 1).some(hasKept) ? isKeptByPlace : undefined;
}

/** Why two items cannot change places; undefined where they can. */
export function refusalToSwap(items: readonly unknown[], index: number, other: number): string | undefined {
  if (other < 0) return 'It is the first.';
  if (other >= items.length) return 'It is the last.';
  return hasKept(items[index]) || hasKept(items[other]) ? isKeptByPlace : undefined;
}

interface ListItemActionsProps {
  readonly title: string;
  readonly items: readonly unknown[];
  readonly index: number;
  readonly onMove: (index: number, other: number) => void;
  readonly onRemove: (index: number) => void;
}

/** Up, down, out. */
export function ListItemActions({ title, items, index, onMove, onRemove }: ListItemActionsProps): JSX.Element {
  const [before, after] = [index - 1, index + 1];
  return (
    <Group gap={2} mt={4} wrap="nowrap" flex="none">
      {items.length > 1 && (
        <>
          <IconAction
            label={`Move ${title} up`}
            refusal={refusalToSwap(items, index, before)}
            onClick={() => onMove(index, before)}
          >
            <IconArrowUp size={16} />
          </IconAction>
          <IconAction
            label={`Move ${title} down`}
            refusal={refusalToSwap(items, index, after)}
            onClick={() => onMove(index, after)}
          >
            <IconArrowDown size={16} />
          </IconAction>
        </>
      )}
      <IconAction label={`Remove ${title}`} refusal={refusalToRemove(items, index)} onClick={() => onRemove(index)}>
        <IconTrash size={16} />
      </IconAction>
    </Group>
  );
}
