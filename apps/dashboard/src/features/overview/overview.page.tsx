import { SimpleGrid, Stack } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import type { JSX } from 'react';
import { groupQueries } from '../../api/queries.ts';
import { BlockedBanner } from '../../fleet/blocked-banner.tsx';
import { InstancesPanel } from '../../fleet/instances-panel.tsx';
import { UnhealthyNotice } from '../../fleet/unhealthy-notice.tsx';
import { TextLink } from '../../links.tsx';
import { paths } from '../../paths.ts';
import { useGroup } from '../../scope.ts';
import { PageHeader } from '../../ui/page-header.tsx';
import { CountsPanel } from './counts-panel.tsx';
import { LatestRevisions } from './latest-revisions.tsx';
import { StatusTiles } from './status-tiles.tsx';
import { TrafficPanel } from './traffic-panel.tsx';

/** Is everything well, what is served, and what changed last. */
export function OverviewPage(): JSX.Element {
  const group = useGroup();
  const { data: overview } = useSuspenseQuery(groupQueries(group).overview());
  return (
    <>
      <PageHeader title="Overview" />
      <Stack gap="lg">
        <BlockedBanner blocked={overview.blocked} />
        <UnhealthyNotice />
        <StatusTiles overview={overview} />
        <InstancesPanel
          aside={
            <TextLink size="sm" to={paths.dataPlanes(group)}>
              All data planes
            </TextLink>
          }
        />
        <TrafficPanel overview={overview} />
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
          <LatestRevisions />
          <CountsPanel counts={overview.counts} />
        </SimpleGrid>
      </Stack>
    </>
  );
}
