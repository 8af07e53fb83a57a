import { Badge, Code, Group, Stack, Table, Text } from '@mantine/core';
import type { ExplainedUpstream, Explanation, UpstreamTry } from '@sluice/schema';
import type { JSX } from 'react';
import { Fact, Facts } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';
import { scrollableBy } from '../../ui/scrollable-by.ts';
import { stepTime } from './plugin-steps.tsx';

interface UpstreamPanelProps {
  readonly upstream: ExplainedUpstream;
  readonly times: Explanation['times'];
  readonly isSent: boolean;
}

/** Where the request went, which node was chosen and why, and every try. */
export function UpstreamPanel({ upstream, times, isSent }: UpstreamPanelProps): JSX.Element {
  const { request, picked, why, nodes, tries } = upstream;
  return (
    <Panel title="Upstream">
      <Stack>
        <Facts>
          <Fact label={isSent ? 'Asked' : 'Would be asked'}>
            <Code style={{ overflowWrap: 'anywhere' }}>
              {request.method} {request.target}
            </Code>
            {request.host !== null && ` as ${request.host}`}
          </Fact>
          <Fact label="Node">{picked === null ? 'None could be chosen' : `${picked}: ${why}`}</Fact>
          <Fact label="Nodes">
            <Nodes nodes={nodes} picked={picked} />
          </Fact>
          {times.upstream_ms >= 0 && (
            <Fact label="Timing">
              {times.upstream_header_ms >= 0 &&
                `first byte of the answer after ${stepTime(times.upstream_header_ms)}, `}
              {stepTime(times.upstream_ms)} in all
            </Fact>
          )}
        </Facts>
        {tries.length > 0 && <Tries tries={tries} />}
      </Stack>
    </Panel>
  );
}

type NodesProps = Pick<ExplainedUpstream, 'nodes' | 'picked'>;

function Nodes({ nodes, picked }: NodesProps): JSX.Element {
  const hasPriorities = new Set(nodes.map(({ priority }) => priority)).size > 1;
  if (nodes.length === 0) return <span>None</span>;
  return (
    <Group gap={6}>
      {nodes.map(({ name, weight, priority }) => (
        <Badge key={name} color={name === picked ? 'teal' : 'gray'} ff="monospace" maw="100%">
          {name} · weight {weight}
          {hasPriorities && ` · priority ${priority}`}
        </Badge>
      ))}
    </Group>
  );
}

function Tries({ tries }: { readonly tries: readonly UpstreamTry[] }): JSX.Element {
  return (
    <Table.ScrollContainer minWidth={460} scrollAreaProps={scrollableBy('Tries')}>
      <Table className="tabular" aria-label="Tries">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Try</Table.Th>
            <Table.Th>Node</Table.Th>
            <Table.Th>Result</Table.Th>
            <Table.Th ta="right">Ended after</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {tries.map(({ node, status, error, ms }, i) => (
            <Table.Tr key={i}>
              <Table.Td>{i + 1}</Table.Td>
              <Table.Td ff="monospace">{node ?? 'none'}</Table.Td>
              <Table.Td>
                <Badge color={error !== null || status >= 500 ? 'red' : 'teal'}>{status}</Badge>
                {error !== null && (
                  <Text size="sm" mt={4} style={{ overflowWrap: 'anywhere' }}>
                    {error}
                  </Text>
                )}
              </Table.Td>
              <Table.Td ta="right">{stepTime(ms)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
