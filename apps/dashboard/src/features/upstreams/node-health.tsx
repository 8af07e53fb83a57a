import { Badge, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { JSX } from 'react';
import { messageOf } from '../../api/errors.ts';
import { groupQueries } from '../../api/queries.ts';
import type { Instance, Resource } from '../../api/types.ts';
import { TextLink } from '../../links.tsx';
import { paths } from '../../paths.ts';
import { useGroup } from '../../scope.ts';
import { Panel } from '../../ui/panel.tsx';
import { Failure, LoadingRows } from '../../ui/states.tsx';
import { scrollableBy } from '../../ui/scrollable-by.ts';
import { type NodeState, nodeStates, ownUpstream } from './node-states.ts';

interface NodeHealthProps {
  readonly resource: Resource;
}

/** How the nodes of a resource's own upstream are, as the connected data planes see it. */
export function NodeHealth({ resource }: NodeHealthProps): JSX.Element | null {
  const upstream = ownUpstream(resource);
  if (!upstream) return null;
  if (upstream['checks'] === undefined) return resource.kind === 'upstream' ? <Unchecked /> : null;
  return (
    <Panel title="Health of the nodes" flush>
      <CheckedNodes resource={resource} />
    </Panel>
  );
}

function Unchecked(): JSX.Element {
  return (
    <Panel title="Health of the nodes">
      <Text size="sm" c="dimmed">
        Nobody checks these nodes: each gets its share of the requests also while it is down. Health checks are set
        under “Reliability”.
      </Text>
    </Panel>
  );
}

function CheckedNodes({ resource }: NodeHealthProps): JSX.Element {
  const { data, error } = useQuery(groupQueries(useGroup()).instances());
  if (error && !data) return <Failure title="The health could not be read" message={messageOf(error)} />;
  if (!data) return <LoadingRows rows={2} />;
  const connected = data.list.filter(({ status }) => status !== 'offline');
  const states = nodeStates(resource, connected);
  const areAllDown = connected.length > 0 && states.every(({ downOn }) => downOn.length === connected.length);
  return (
    <>
      {areAllDown && states.length > 0 && (
        <Text size="sm" px="md" pb="sm">
          No node is healthy. Rather than none, data planes use all of them.
        </Text>
      )}
      <NodeTable states={states} connected={connected.length} />
    </>
  );
}

interface NodeTableProps {
  readonly states: readonly NodeState[];
  /** How many data planes are connected. */
  readonly connected: number;
}

function NodeTable({ states, connected }: NodeTableProps): JSX.Element {
  return (
    <Table.ScrollContainer minWidth={420} scrollAreaProps={scrollableBy('Health of the nodes')}>
      <Table aria-label="Health of the nodes" className="tabular">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Node</Table.Th>
            <Table.Th ta="right">Weight</Table.Th>
            <Table.Th>State</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {states.map(({ address, weight, downOn }) => (
            <Table.Tr key={address}>
              <Table.Td ff="monospace" style={{ whiteSpace: 'nowrap' }}>
                {address}
              </Table.Td>
              <Table.Td ta="right">{weight}</Table.Td>
              <Table.Td>
                <State downOn={downOn} connected={connected} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

interface StateProps extends Pick<NodeState, 'downOn'> {
  readonly connected: number;
}

function State({ downOn, connected }: StateProps): JSX.Element {
  if (connected === 0) return <Badge color="gray">unknown: no data plane is connected</Badge>;
  if (downOn.length === 0) return <Badge color="teal">healthy</Badge>;
  return (
    <Stack gap={4} align="flex-start">
      <Badge color="orange">{downOn.length < connected ? `down on ${downOn.length} of ${connected}` : 'down'}</Badge>
      {downOn.map(({ instance, reason }) => (
        <SeenBy key={instance.id} instance={instance} reason={reason} />
      ))}
    </Stack>
  );
}

function SeenBy({ instance, reason }: { readonly instance: Instance; readonly reason: string }): JSX.Element {
  const group = useGroup();
  return (
    <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
      <TextLink inherit underline="always" to={paths.dataPlane(group, instance.id)}>
        {instance.hostname}
      </TextLink>
      {reason !== '' && `: ${reason}`}
    </Text>
  );
}
