import { Stack } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { type JSX, useState } from 'react';
import { messageOf } from '../../api/errors.ts';
import { groupsQuery } from '../../api/queries.ts';
import { includesRole, roleIn } from '../../api/roles.ts';
import { transferCommands } from '../../api/transfer-commands.ts';
import type { Promotion, Transfer } from '../../api/transfer-types.ts';
import { useApproval } from '../../drafts/use-approval.ts';
import { ApplyPanel } from '../../changes/apply-panel.tsx';
import { applied, useTransfer } from '../../changes/use-transfer.ts';
import { TextLink } from '../../links.tsx';
import { paths } from '../../paths.ts';
import { Requires } from '../../role-gate.tsx';
import { useGrants, useGroup } from '../../scope.ts';
import { PageHeader } from '../../ui/page-header.tsx';
import { Empty, Failure } from '../../ui/states.tsx';
import { PromotionForm, type PromotionDraft } from './promotion-form.tsx';

/** Brings what is in another group into this one: choose, look at the effect, publish. */
export function PromotePage(): JSX.Element {
  const group = useGroup();
  return (
    <Requires role="editor">
      <PageHeader
        above={
          <TextLink size="sm" to={paths.groups(group)}>
            Groups
          </TextLink>
        }
        title={`Promote to ${group}`}
        description="Copy what another group has, all of it or a part, as one revision."
      />
      <Promote />
    </Requires>
  );
}

function Promote(): JSX.Element {
  const group = useGroup();
  const grants = useGrants();
  const { data: groups } = useSuspenseQuery(groupsQuery);
  const search = useSearch({ strict: false }) as { from?: string; revision?: number };
  // Secrets travel along, so it takes somebody who may read them at the source.
  const sources = groups.filter(({ name }) => name !== group && includesRole(roleIn(grants, name), 'editor'));
  const [draft, setDraft] = useState<PromotionDraft>({
    from: sources.find(({ name }) => name === search.from)?.name ?? sources[0]?.name ?? '',
    revision: search.revision,
    scope: 'everything',
    selection: [],
    includesReferences: true,
    prunes: false,
  });
  const { previewing, applying } = useTransfer(transferCommands.promote);
  if (sources.length === 0) {
    return (
      <Empty
        title="There is no group to promote from"
        hint="A source is another group in which you are at least an editor."
      />
    );
  }
  const change = (next: PromotionDraft) => {
    setDraft(next);
    // An effect is of what was chosen when it was computed.
    previewing.reset();
  };
  return (
    <Stack gap="lg">
      <PromotionForm
        draft={draft}
        sources={sources.map(({ name }) => name)}
        onChange={change}
        isPending={previewing.isPending}
        onPreview={() => previewing.mutate(promotionOf(draft))}
      />
      {previewing.isError && <Failure title="This cannot be promoted" message={messageOf(previewing.error)} />}
      {previewing.data && <PromotionEffect draft={draft} preview={previewing.data} promoting={applying} />}
    </Stack>
  );
}

interface PromotionEffectProps {
  readonly draft: PromotionDraft;
  readonly preview: Transfer;
  readonly promoting: ReturnType<typeof useTransfer<Promotion>>['applying'];
}

function PromotionEffect({ draft, preview, promoting }: PromotionEffectProps): JSX.Element {
  const group = useGroup();
  const needsApproval = useApproval()?.required === true;
  return (
    <ApplyPanel
      title={`What would change in ${group}`}
      effect={preview.effect}
      nothing={`${group} has all of it already.`}
      action={`Promote to ${group}`}
      becomesDraft={needsApproval}
      isPending={promoting.isPending}
      error={promoting.error}
      onApply={(message) =>
        promoting.mutate(applied(promotionOf(draft), { head: preview.head, message, needsApproval }))
      }
    />
  );
}

function promotionOf({ from, revision, scope, selection, includesReferences, prunes }: PromotionDraft): Promotion {
  const base = { from, ...(revision === undefined ? {} : { revision }), dry_run: true };
  if (scope === 'everything') return { ...base, prune: prunes };
  return { ...base, selection, include_references: includesReferences };
}
