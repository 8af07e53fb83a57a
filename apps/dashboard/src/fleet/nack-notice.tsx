import { Alert, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { JSX } from 'react';
import type { Nack } from '../api/types.ts';
import { TextLink } from '../links.tsx';
import { paths } from '../paths.ts';
import { useGroup } from '../scope.ts';
import { TimeAgo } from '../ui/time.tsx';
import { Refused } from './refused.tsx';

/** Why a data plane refused a revision, and where to mend it. It serves the last good one meanwhile. */
export function NackNotice({ nack }: { readonly nack: Nack }): JSX.Element {
  const group = useGroup();
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle aria-hidden />} title="It refuses a revision">
      <Stack gap={4}>
        <Text size="sm">
          <TextLink inherit underline="always" to={paths.revision(group, nack.revision)}>
            Revision {nack.revision}
          </TextLink>{' '}
          was refused <TimeAgo at={nack.at} />. The last good one is still served.
        </Text>
        <Refused errors={nack.errors} />
      </Stack>
    </Alert>
  );
}
