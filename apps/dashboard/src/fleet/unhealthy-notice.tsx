import { Alert, List } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { IconHeartBroken } from '@tabler/icons-react';
import type { JSX } from 'react';
import { groupQueries } from '../api/queries.ts';
import { TextLink } from '../links.tsx';
import { paths } from '../paths.ts';
import { useGroup } from '../scope.ts';
import { OwnerLink } from './owner-link.tsx';
import { type UnhealthyNode, unhealthyNodes } from './unhealthy-nodes.ts';

const shownMax = 5;

/** Which nodes get no traffic because checks found them down; nothing where all is well. */
export function UnhealthyNotice(): JSX.Element | null {
  const group = useGroup();
  const { data } = useSuspenseQuery(groupQueries(group).instances());
  const nodes = unhealthyNodes(data.list);
  if (nodes.length === 0) return null;
  const title = nodes.length === 1 ? 'An upstream node is unhealthy' : `${nodes.length} upstream nodes are unhealthy`;
  return (
    <Alert color="orange" variant="light" icon={<IconHeartBroken aria-hidden />} title={title} role="status">
      <List size="sm" listStyleType="none" pl={0} spacing={2}>
        {nodes.slice(0, shownMax).map((node) => (
          <List.Item key={`${node.kind} ${node.id} ${node.address}`} style={{ overflowWrap: 'anywhere' }}>
            {node.address} of <OwnerLink kind={node.kind} id={node.id} />, found down by <Finders node={node} />
          </List.Item>
        ))}
        {nodes.length > shownMax && (
          <List.Item>
            And {nodes.length - shownMax} more: the{' '}
            <TextLink inherit underline="always" to={paths.dataPlanes(group)}>
              data planes
            </TextLink>{' '}
            name them.
          </List.Item>
        )}
      </List>
    </Alert>
  );
}

/** The only data plane by name, with what it says; of several, how many. */
function Finders({ node: { seenBy } }: { readonly node: UnhealthyNode }): JSX.Element | null {
  const group = useGroup();
  const [first] = seenBy;
  if (!first) return null;
  if (seenBy.length > 1) return <>{seenBy.length} data planes</>;
  return (
    <>
      <TextLink inherit underline="always" to={paths.dataPlane(group, first.instance.id)}>
        {first.instance.hostname}
      </TextLink>
      {first.reason !== '' && `: ${first.reason}`}
    </>
  );
}
