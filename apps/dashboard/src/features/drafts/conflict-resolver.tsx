import { Alert, Box, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { IconGitMerge } from '@tabler/icons-react';
import { type JSX, useState } from 'react';
import { draftCommands } from '../../api/draft-commands.ts';
import { draftQueries } from '../../api/draft-queries.ts';
import type { Conflict, DraftDetail } from '../../api/draft-types.ts';
import { messageOf } from '../../api/errors.ts';
import { FieldPath, FieldValue } from '../../changes/field-list.tsx';
import { withoutTimes } from '../../changes/without-times.ts';
import { TextLink } from '../../links.tsx';
import { paths } from '../../paths.ts';
import { useGroup } from '../../scope.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { Diff } from '../../ui/lazy.tsx';
import { Failure } from '../../ui/states.tsx';
import { type Decision, firstDecision, isDecided, resolutionOf, waysOut } from './resolutions.ts';

interface ConflictResolverProps {
  readonly draft: DraftDetail;
  readonly conflicts: readonly Conflict[];
}

const keyOf = ({ kind, id }: Conflict) => `${kind} ${id}`;

/** What changed in the head since the draft was based on it, and whose version holds. */
export function ConflictResolver({ draft, conflicts }: ConflictResolverProps): JSX.Element {
  const [decisions, setDecisions] = useState<Readonly<Record<string, Decision>>>({});
  const decisionOn = (conflict: Conflict) => decisions[keyOf(conflict)] ?? firstDecision(conflict);
  const rebasing = useRebase(draft.id);
  const isReady = conflicts.every((conflict) => isDecided(conflict, decisionOn(conflict)));
  return (
    <Alert
      color="orange"
      variant="light"
      icon={<IconGitMerge aria-hidden />}
      title={
        conflicts.length === 1 ? 'A resource changed meanwhile' : `${conflicts.length} resources changed meanwhile`
      }
      role="region"
      aria-label="Conflicts"
    >
      <Stack gap="md">
        <Text size="sm">The draft can be published after somebody decided whose version holds.</Text>
        {conflicts.map((conflict) => (
          <ConflictEntry
            key={keyOf(conflict)}
            conflict={conflict}
            decision={decisionOn(conflict)}
            mayDecide={draft.may.edit}
            onDecide={(next) => setDecisions({ ...decisions, [keyOf(conflict)]: next })}
          />
        ))}
        {rebasing.isError && <Failure title="Nothing was changed" message={messageOf(rebasing.error)} />}
        {draft.may.edit && (
          <Group>
            <ActionButton
              refusal={isReady ? undefined : 'Decide every conflict first.'}
              loading={rebasing.isPending}
              onClick={() => rebasing.mutate(conflicts.map((one) => resolutionOf(one, decisionOn(one))))}
            >
              Resolve
            </ActionButton>
          </Group>
        )}
      </Stack>
    </Alert>
  );
}

const reasons: Readonly<Record<Conflict['reason'], string>> = {
  both_changed: 'was changed',
  both_created: 'was created, too',
  deleted_there: 'was deleted',
  deleted_here: 'was changed, and the draft deletes it',
};

const words = { mine: 'The draft', theirs: 'The head', merged: 'Both, merged', value: 'Another value' } as const;

interface ConflictEntryProps {
  readonly conflict: Conflict;
  readonly decision: Decision;
  readonly mayDecide: boolean;
  readonly onDecide: (next: Decision) => void;
}

function ConflictEntry({ conflict, decision, mayDecide, onDecide }: ConflictEntryProps): JSX.Element {
  const name = `${conflict.kind.replaceAll('_', ' ')} ${conflict.id}`;
  return (
    <Box component="section" aria-label={`Conflict about ${name}`}>
      <Stack gap="xs">
        <Text size="sm">
          <b>{name}</b> {reasons[conflict.reason]} <ChangedIn conflict={conflict} />
        </Text>
        <Diff
          label={`${name} in the head and in the draft`}
          before={withoutTimes(conflict.theirs)}
          after={withoutTimes(conflict.mine)}
        />
        {mayDecide && (
          <Group gap="xs">
            <Text size="sm">What holds:</Text>
            <SegmentedControl
              size="xs"
              aria-label={`What holds for ${name}`}
              data={waysOut(conflict).map((value) => ({ value, label: words[value] }))}
              value={decision.take ?? ''}
              onChange={(take) => onDecide({ ...decision, take: take as Decision['take'] })}
            />
          </Group>
        )}
        {mayDecide && decision.take === 'merged' && (
          <FieldDecisions conflict={conflict} decision={decision} onDecide={onDecide} />
        )}
      </Stack>
    </Box>
  );
}

function ChangedIn({ conflict: { changed_in: at } }: { readonly conflict: Conflict }): JSX.Element | null {
  const group = useGroup();
  if (!at) return null;
  return (
    <>
      {at.author !== null && `by ${at.author} `}in{' '}
      <TextLink inherit underline="always" to={paths.revision(group, at.revision)}>
        revision {at.revision}
      </TextLink>
    </>
  );
}

/** Where both changed the same field, one of the two holds; everything else merges by itself. */
function FieldDecisions({ conflict, decision, onDecide }: Omit<ConflictEntryProps, 'mayDecide'>): JSX.Element {
  if (conflict.fields.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        Both changed other fields, so that nothing is to be decided.
      </Text>
    );
  }
  return (
    <ul className="field-list">
      {conflict.fields.map((field) => (
        <li key={field.path}>
          <FieldPath pointer={field.path} />
          <SegmentedControl
            size="xs"
            aria-label={`What holds at ${field.path}`}
            data={[
              { value: 'theirs', label: words.theirs },
              { value: 'mine', label: words.mine },
            ]}
            value={decision.fields[field.path] ?? ''}
            onChange={(side) =>
              onDecide({ ...decision, fields: { ...decision.fields, [field.path]: side as 'mine' | 'theirs' } })
            }
          />
          {!field.secret && (
            <span className="field-values">
              <FieldValue value={field.theirs} />
              <FieldValue value={field.mine} />
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}

function useRebase(id: number) {
  const group = useGroup();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (resolutions: Parameters<ReturnType<typeof draftCommands>['rebase']>[1]) =>
      draftCommands(group).rebase(id, resolutions),
    onSettled: () => queryClient.invalidateQueries({ queryKey: draftQueries(group).key }),
  });
}
