import { Stack } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { JSX } from 'react';
import { fleetQueries } from '../../api/fleet-queries.ts';
import { NackNotice } from '../../fleet/nack-notice.tsx';
import { TextLink } from '../../links.tsx';
import { paths } from '../../paths.ts';
import { useGroup } from '../../scope.ts';
import { PageHeader } from '../../ui/page-header.tsx';
import { Panel } from '../../ui/panel.tsx';
import { DrainButton } from './drain-button.tsx';
import { InstanceFacts } from './instance-facts.tsx';
import { InstanceHistory } from './instance-history.tsx';
import { UnhealthyTargets } from './unhealthy-targets.tsx';

/** One data plane: what it is and does, what happened to it, and the way out of service. */
export function DataPlanePage(): JSX.Element {
  const { id } = useParams({ strict: false }) as { id?: string };
  const group = useGroup();
  const { data: instance } = useSuspenseQuery(fleetQueries(group).instance(id ?? ''));
  return (
    <>
      <PageHeader
        above={
          <TextLink size="sm" to={paths.dataPlanes(group)}>
            Data planes
          </TextLink>
        }
        title={instance.hostname}
        description={instance.id}
        actions={<DrainButton instance={instance} />}
      />
      <Stack gap="lg">
        {instance.last_nack && <NackNotice nack={instance.last_nack} />}
        <Panel>
          <InstanceFacts instance={instance} />
        </Panel>
        {instance.unhealthy_targets.length > 0 && (
          <Panel title="Unhealthy upstream nodes" flush>
            <UnhealthyTargets targets={instance.unhealthy_targets} />
          </Panel>
        )}
        <Panel title="History" flush>
          <InstanceHistory id={instance.id} />
        </Panel>
      </Stack>
    </>
  );
}
