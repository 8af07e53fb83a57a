import { IconPlus } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import type { JSX } from 'react';
import type { Kind } from '../../api/types.ts';
import { paths } from '../../paths.ts';
import { useGroup, useWriteRefusal } from '../../scope.ts';
import { ActionButton } from '../../ui/action-button.tsx';

/** The way to a new resource of a kind. */
export function CreateButton({ kind, label }: { readonly kind: Kind; readonly label?: string }): JSX.Element {
  const group = useGroup();
  const navigate = useNavigate();
  const refusal = useWriteRefusal();
  const to = paths.createResource(group, kind.plural);
  return (
    <ActionButton
      leftSection={<IconPlus size={16} aria-hidden />}
      refusal={refusal}
      onClick={() => void navigate({ to })}
    >
      {label ?? `Create ${kind.label}`}
    </ActionButton>
  );
}
