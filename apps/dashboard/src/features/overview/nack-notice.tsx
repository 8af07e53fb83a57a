import { Alert, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { JSX } from 'react';
import type { Nack } from '../../api/types.ts';
import { TextLink } from '../../links.tsx';
import { paths } from '../../paths.ts';
import { useCatalogue, useGroup } from '../../scope.ts';
import { TimeAgo } from '../../ui/time.tsx';

interface NackNoticeProps {
  readonly hostname: string;
  readonly nack: Nack;
}

/** Why a data plane refused a revision, and where to mend it. It serves the last good one meanwhile. */
export function NackNotice({ hostname, nack }: NackNoticeProps): JSX.Element {
  const group = useGroup();
  return (
    <Alert
      color="red"
      variant="light"
      icon={<IconAlertTriangle aria-hidden />}
      title={`${hostname} refused a revision`}
    >
      <Stack gap={4}>
        <Text size="sm">
          <TextLink inherit underline="always" to={paths.revision(group, nack.revision)}>
            Revision {nack.revision}
          </TextLink>{' '}
          was refused <TimeAgo at={nack.at} />. The last good one is still served.
        </Text>
        {nack.errors.map((error) => (
          <Text key={`${error.kind} ${error.id}`} size="sm">
            <ResourceLink kind={error.kind} id={error.id} />: {error.message}
            {error.field !== undefined && ` (${error.field})`}
          </Text>
        ))}
      </Stack>
    </Alert>
  );
}

function ResourceLink({ kind, id }: { readonly kind: string; readonly id: string }): JSX.Element {
  const group = useGroup();
  const known = useCatalogue().kinds.find(({ name }) => name === kind);
  if (!known) return <span>{`${kind} ${id}`}</span>;
  return (
    <TextLink inherit underline="always" to={paths.resource(group, known.plural, id)}>
      {known.label} {id}
    </TextLink>
  );
}
