import { Alert, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import type { JSX } from 'react';
import { draftQueries } from '../../api/draft-queries.ts';
import type { DraftDetail, DraftIssue } from '../../api/draft-types.ts';
import { messageOf } from '../../api/errors.ts';
import { FieldPath } from '../../changes/field-list.tsx';
import { useGroup } from '../../scope.ts';
import { Failure } from '../../ui/states.tsx';
import { ConflictResolver } from './conflict-resolver.tsx';

/** Whether the draft could be published now, and what is in the way. */
export function DraftChecks({ draft }: { readonly draft: DraftDetail }): JSX.Element {
  const group = useGroup();
  const query = useQuery(draftQueries(group).validation(draft));
  if (query.isPending) return <Skeleton h={60} role="status" aria-label="The draft is checked" />;
  if (query.isError) {
    return <Failure title="The draft could not be checked" message={messageOf(query.error)} onRetry={query.refetch} />;
  }
  const { issues, conflicts, effect, valid } = query.data;
  return (
    <Stack gap="sm">
      {conflicts.length > 0 && (
        <ConflictResolver key={`${draft.version} ${query.data.head}`} draft={draft} conflicts={conflicts} />
      )}
      {issues.length > 0 && <Issues issues={issues} />}
      {valid && (
        <Alert color="teal" variant="light" icon={<IconCircleCheck aria-hidden />} role="status">
          <Text size="sm">Everything is valid against revision {query.data.head}.</Text>
        </Alert>
      )}
      {effect?.warnings.map((warning) => (
        <Alert key={warning} color="orange" variant="light">
          {warning}
        </Alert>
      ))}
      {(effect?.missing_plugins ?? []).map(({ plugin, instances }) => (
        <Alert key={plugin} color="orange" variant="light">
          {plugin} is missing on {instances.map(({ id, version }) => `${id} (${version})`).join(', ')}.
        </Alert>
      ))}
    </Stack>
  );
}

function Issues({ issues }: { readonly issues: readonly DraftIssue[] }): JSX.Element {
  return (
    <Alert
      color="red"
      variant="light"
      icon={<IconAlertTriangle aria-hidden />}
      title={issues.length === 1 ? 'One thing has to be mended' : `${issues.length} things have to be mended`}
      role="region"
      aria-label="Issues"
    >
      <ul className="field-list">
        {issues.map(({ kind, id, path, message }, index) => (
          <li key={index}>
            <Text span size="sm" fw={600}>
              {kind.replaceAll('_', ' ')} {id}
            </Text>
            {path !== '' && <FieldPath pointer={path} />}
            <Text span size="sm" style={{ overflowWrap: 'anywhere' }}>
              {message}
            </Text>
          </li>
        ))}
      </ul>
    </Alert>
  );
}
