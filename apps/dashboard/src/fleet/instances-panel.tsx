import { Stack, Table, Text } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import type { JSX, ReactNode } from 'react';
import { groupQueries } from '../api/queries.ts';
import type { Instance } from '../api/types.ts';
import { TextLink } from '../links.tsx';
import { paths } from '../paths.ts';
import { useGroup } from '../scope.ts';
import { Panel } from '../ui/panel.tsx';
import { Empty } from '../ui/states.tsx';
import { duration, TimeAgo } from '../ui/time.tsx';
import { milliseconds, rate } from '../ui/figures.ts';
import { scrollableBy } from '../ui/scrollable-by.ts';
import { InstanceStatus } from './instance-status.tsx';

interface InstancesPanelProps {
  /** Stands at the end of the title's line. */
  readonly aside?: ReactNode;
}

/** Every data plane: is it well, what does it serve, how much, how fast. */
export function InstancesPanel({ aside }: InstancesPanelProps): JSX.Element {
  const group = useGroup();
  const { data } = useSuspenseQuery(groupQueries(group).instances());
  return (
    <Panel title="Data planes" aside={aside} flush>
      {data.list.length === 0 ? (
        <Empty
          title="No data plane is connected"
          hint={
            <>
              <TextLink inherit underline="always" to={paths.dataPlanes(group)}>
                Add one
              </TextLink>
              : it appears here as soon as it connects.
            </>
          }
        />
      ) : (
        <InstancesTable instances={data.list} />
      )}
    </Panel>
  );
}

function InstancesTable({ instances }: { readonly instances: readonly Instance[] }): JSX.Element {
  return (
    <Table.ScrollContainer minWidth={860} scrollAreaProps={scrollableBy('Data planes')}>
      <Table className="tabular" aria-label="Data planes">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            <Table.Th>Health</Table.Th>
            <Table.Th>Serves</Table.Th>
            <Table.Th ta="right">Requests / s</Table.Th>
            <Table.Th ta="right">Errors / s</Table.Th>
            <Table.Th ta="right">p99</Table.Th>
            <Table.Th>Running</Table.Th>
            <Table.Th>Last seen</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {instances.map((instance) => (
            <InstanceRow key={instance.id} instance={instance} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function InstanceRow({ instance }: { readonly instance: Instance }): JSX.Element {
  const group = useGroup();
  const { rates } = instance;
  return (
    <Table.Tr>
      <Table.Td>
        <TextLink size="sm" fw={550} to={paths.dataPlane(group, instance.id)}>
          {instance.hostname}
        </TextLink>
        <Text size="xs" c="dimmed">
          {instance.listeners.map(({ address, port }) => `${address}:${port}`).join(', ') || instance.id}
        </Text>
      </Table.Td>
      <Table.Td>
        <InstanceStatus instance={instance} />
        {instance.unhealthy_targets.length > 0 && (
          <Text size="xs" c="orange">
            {instance.unhealthy_targets.length} upstream node{instance.unhealthy_targets.length === 1 ? '' : 's'} down
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Served instance={instance} />
      </Table.Td>
      <Table.Td ta="right">{rate(rates.requests_per_second)}</Table.Td>
      <Table.Td ta="right">{rate(rates.errors_per_second)}</Table.Td>
      <Table.Td ta="right">{milliseconds(rates.latency_p99_ms)}</Table.Td>
      <Table.Td>
        <Text size="sm">{instance.version}</Text>
        <Text size="xs" c="dimmed">
          {instance.workers} worker{instance.workers === 1 ? '' : 's'}, {duration(instance.uptime_s)}
        </Text>
      </Table.Td>
      <Table.Td>
        <TimeAgo at={instance.last_seen} />
      </Table.Td>
    </Table.Tr>
  );
}

/** The applied revision, and how it differs from what should be served. */
function Served({ instance: { applied_revision, lag, digest_ok } }: { readonly instance: Instance }): JSX.Element {
  const group = useGroup();
  return (
    <Stack gap={0}>
      {applied_revision > 0 ? (
        <TextLink size="sm" to={paths.revision(group, applied_revision)}>
          Revision {applied_revision}
        </TextLink>
      ) : (
        <Text size="sm">Nothing yet</Text>
      )}
      {lag > 0 && (
        <Text size="xs" c="orange">
          {lag} behind
        </Text>
      )}
      {!digest_ok && (
        <Text size="xs" c="red">
          Digest differs
        </Text>
      )}
    </Stack>
  );
}
