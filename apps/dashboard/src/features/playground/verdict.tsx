import { Alert, Code, Group, Text } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { IconFlagCheck } from '@tabler/icons-react';
import type { JSX } from 'react';
import type { ExplainAnswer } from '../../api/commands.ts';
import { groupQueries } from '../../api/queries.ts';
import { TextLink } from '../../links.tsx';
import { paths } from '../../paths.ts';
import { useGroup } from '../../scope.ts';
import { Fact, Facts } from '../../ui/facts.tsx';
import { milliseconds } from '../../ui/figures.ts';
import { outcomeOf } from './outcome.ts';

/** The outcome, and what it was decided by. */
export function Verdict({ answer }: { readonly answer: ExplainAnswer }): JSX.Element {
  const { color, title } = outcomeOf(answer);
  const group = useGroup();
  const { data } = useSuspenseQuery(groupQueries(group).instances());
  const { request, instance, revision, times } = answer;
  return (
    <Alert color={color} variant="light" role="region" icon={<IconFlagCheck aria-hidden />} title={title}>
      <Facts>
        <Fact label="Request">
          <Code style={{ overflowWrap: 'anywhere' }}>
            {request.method} {request.url}
          </Code>
          {request.url.startsWith('/') && ` for ${request.host}`}
        </Fact>
        <Fact label="Route">
          <MatchedRoute route={answer.route} />
        </Fact>
        {answer.consumer && (
          <Fact label="Consumer">
            <MatchedConsumer consumer={answer.consumer} />
          </Fact>
        )}
        <Fact label="Explained by">
          <TextLink inherit underline="always" to={paths.dataPlane(group, instance)}>
            {data.list.find(({ id }) => id === instance)?.hostname ?? instance}
          </TextLink>{' '}
          at{' '}
          <TextLink inherit underline="always" to={paths.revision(group, revision)}>
            revision {revision}
          </TextLink>
        </Fact>
        {times.total_ms >= 0 && <Fact label="Time">{milliseconds(times.total_ms)} in all</Fact>}
      </Facts>
    </Alert>
  );
}

function MatchedRoute({ route }: { readonly route: ExplainAnswer['route'] }): JSX.Element {
  const group = useGroup();
  if (!route) return <span>None</span>;
  const pattern = `${route.host ?? ''}${route.uri}`;
  return (
    <Group gap={6}>
      <TextLink inherit underline="always" to={paths.resource(group, 'routes', route.id)}>
        {route.name ?? route.id}
      </TextLink>
      <Text span inherit>
        by <Code>{pattern}</Code>
        {route.priority !== 0 && `, priority ${route.priority}`}, changed last in{' '}
        <TextLink inherit underline="always" to={paths.revision(group, route.revision)}>
          revision {route.revision}
        </TextLink>
        {route.service_id !== null && (
          <>
            , of{' '}
            <TextLink inherit underline="always" to={paths.resource(group, 'services', route.service_id)}>
              service {route.service_id}
            </TextLink>
          </>
        )}
      </Text>
    </Group>
  );
}

function MatchedConsumer({ consumer }: { readonly consumer: NonNullable<ExplainAnswer['consumer']> }): JSX.Element {
  const group = useGroup();
  const { username, group_id: consumerGroup, credential_id: credential } = consumer;
  return (
    <span>
      <TextLink inherit underline="always" to={paths.resource(group, 'consumers', username)}>
        {username}
      </TextLink>
      {credential !== null && ` by credential ${credential}`}
      {consumerGroup !== null && (
        <>
          , of{' '}
          <TextLink inherit underline="always" to={paths.resource(group, 'consumer_groups', consumerGroup)}>
            consumer group {consumerGroup}
          </TextLink>
        </>
      )}
    </span>
  );
}
