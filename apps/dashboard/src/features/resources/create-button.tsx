import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import type { JSX } from 'react';
import type { Kind } from '../../api/types.ts';
import { paths } from '../../paths.ts';
import { useGroup, useMay } from '../../scope.ts';

/** The way to a new resource of a kind. */
export function CreateButton({ kind, label }: { readonly kind: Kind; readonly label?: string }): JSX.Element | null {
  const group = useGroup();
  const navigate = useNavigate();
  const mayCreate = useMay('editor');
  const to = paths.createResource(group, kind.plural);
  if (!mayCreate) return null;
  return (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => void navigate({ to })}>
      {label ?? `Create ${kind.label}`}
    </Button>
  );
}
