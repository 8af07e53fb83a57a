import { Button, Stack } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { IconPlus } from '@tabler/icons-react';
import type { JSX } from 'react';
import { groupQueries } from '../../api/queries.ts';
import { BlockedBanner } from '../../fleet/blocked-banner.tsx';
import { InstancesPanel } from '../../fleet/instances-panel.tsx';
import { useMay, useGroup } from '../../scope.ts';
import { PageHeader } from '../../ui/page-header.tsx';
import { openJoinDialog } from './join-dialog.tsx';
import { JoinTokensPanel } from './join-tokens-panel.tsx';

/** The fleet: who serves the group, and who may join it. */
export function DataPlanesPage(): JSX.Element {
  const group = useGroup();
  const mayAdmit = useMay('admin');
  const { data: overview } = useSuspenseQuery(groupQueries(group).overview());
  return (
    <>
      <PageHeader
        title="Data planes"
        description="What serves this group, how it is, and who may join."
        actions={
          mayAdmit && (
            <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => openJoinDialog(group)}>
              Add a data plane
            </Button>
          )
        }
      />
      <Stack gap="lg">
        <BlockedBanner blocked={overview.blocked} />
        <InstancesPanel />
        {mayAdmit && <JoinTokensPanel />}
      </Stack>
    </>
  );
}
