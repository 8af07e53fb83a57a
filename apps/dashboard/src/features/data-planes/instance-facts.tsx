import { Badge, Group, Text } from '@mantine/core';
import type { JSX } from 'react';
import type { InstanceCommand, InstanceDetail } from '../../api/types.ts';
import { InstanceStatus } from '../../fleet/instance-status.tsx';
import { TextLink } from '../../links.tsx';
import { paths } from '../../paths.ts';
import { useGroup } from '../../scope.ts';
import { Fact, Facts } from '../../ui/facts.tsx';
import { milliseconds, rate } from '../../ui/figures.ts';
import { duration, TimeAgo } from '../../ui/time.tsx';

/** What a data plane says about itself, and what it was told last. */
export function InstanceFacts({ instance }: { readonly instance: InstanceDetail }): JSX.Element {
  const { labels, listeners, rates, commands } = instance;
  const [command] = commands;
  return (
    <Facts>
      <Fact label="Health">
        <Group gap="xs">
          <InstanceStatus instance={instance} />
          <Text size="sm">{instance.reason}</Text>
        </Group>
      </Fact>
      <Fact label="Serves">
        <Served instance={instance} />
      </Fact>
      <Fact label="Traffic">
        {rate(rates.requests_per_second)} requests / s, {rate(rates.errors_per_second)} errors / s,{' '}
        {milliseconds(rates.latency_p99_ms)} p99
      </Fact>
      <Fact label="Version">
        {instance.version}, {instance.workers} worker{instance.workers === 1 ? '' : 's'}, running for{' '}
        {duration(instance.uptime_s)}
      </Fact>
      <Fact label="Listens on">
        {listeners.map(({ address, port, protocol }) => `${address}:${port} (${protocol})`).join(', ') || 'Nothing'}
      </Fact>
      <Fact label="Labels">
        <Labels labels={labels} />
      </Fact>
      <Fact label="Connected">
        <span>
          <TimeAgo at={instance.connected_at} />, last heard of <TimeAgo at={instance.last_seen} />
        </span>
      </Fact>
      {command && (
        <Fact label="Last command">
          <Command command={command} />
        </Fact>
      )}
    </Facts>
  );
}

function Served({
  instance: { applied_revision, lag, digest_ok },
}: {
  readonly instance: InstanceDetail;
}): JSX.Element {
  const group = useGroup();
  const state = digest_ok ? 'digest as it should be' : 'digest differs';
  return (
    <span>
      {applied_revision > 0 ? (
        <TextLink size="sm" to={paths.revision(group, applied_revision)}>
          Revision {applied_revision}
        </TextLink>
      ) : (
        'Nothing yet'
      )}
      , {lag > 0 ? `${lag} behind` : 'the newest'}, {state}
    </span>
  );
}

function Labels({ labels }: { readonly labels: Readonly<Record<string, string>> }): JSX.Element {
  const entries = Object.entries(labels);
  if (entries.length === 0) return <span>None</span>;
  return (
    <Group gap={6}>
      {entries.map(([name, value]) => (
        <Badge key={name} color="gray" tt="none">
          {name}={value}
        </Badge>
      ))}
    </Group>
  );
}

const outcomes: Readonly<Record<InstanceCommand['state'], string>> = {
  waiting: 'waits for the data plane',
  sent: 'is on its way',
  done: 'was carried out',
  failed: 'failed',
};

function Command({ command }: { readonly command: InstanceCommand }): JSX.Element {
  const { name, state, error, requested_by: by, requested_at: at } = command;
  return (
    <span>
      “{name}” {outcomes[state]}
      {error !== null && `: ${error}`} (asked by {by} <TimeAgo at={at} />)
    </span>
  );
}
