import { Group, Paper, SimpleGrid, Text } from '@mantine/core';
import type { JSX, ReactNode } from 'react';
import type { Overview } from '../../api/types.ts';
import { TextLink } from '../../links.tsx';
import { paths } from '../../paths.ts';
import { useGroup } from '../../scope.ts';
import { Digest } from '../../ui/digest.tsx';
import { milliseconds, rate } from '../../ui/figures.ts';

/** The few figures that are looked at first. */
export function StatusTiles({ overview }: { readonly overview: Overview }): JSX.Element {
  const group = useGroup();
  const { revision, digest, instances, rates } = overview;
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }} spacing="md">
      <Tile label="Revision" note={digest && <Digest value={digest} />}>
        {revision > 0 ? (
          <TextLink inherit to={paths.revision(group, revision)}>
            {revision}
          </TextLink>
        ) : (
          '0'
        )}
      </Tile>
      <Tile label="Data planes" note={instancesNote(instances)}>
        {instances.total === 0 ? 'None' : `${instances.healthy} of ${instances.total} healthy`}
      </Tile>
      <Tile
        label="Requests"
        note={`${milliseconds(rates.latency_p50_ms)} median, ${milliseconds(rates.latency_p99_ms)} p99`}
      >
        {rate(rates.requests_per_second)} / s
      </Tile>
      <Tile label="Errors" note={errorShare(overview)}>
        {rate(rates.errors_per_second)} / s
      </Tile>
    </SimpleGrid>
  );
}

interface TileProps {
  readonly label: string;
  readonly note: ReactNode;
  readonly children: ReactNode;
}

function Tile({ label, note, children }: TileProps): JSX.Element {
  return (
    <Paper withBorder p="md" role="group" aria-label={label}>
      <Text size="xs" c="dimmed" fw={550}>
        {label}
      </Text>
      <Text fz={22} fw={650} lh={1.35} className="tabular">
        {children}
      </Text>
      <Group gap={4} fz="xs" c="dimmed" mih={22}>
        {note}
      </Group>
    </Paper>
  );
}

function instancesNote({ total, degraded, offline, behind }: Overview['instances']): string {
  const parts = [
    degraded > 0 && `${degraded} degraded`,
    offline > 0 && `${offline} offline`,
    behind > 0 && `${behind} behind`,
  ].filter(Boolean);
  if (total === 0) return 'None has connected yet';
  return parts.length > 0 ? parts.join(', ') : 'All serve the head revision';
}

function errorShare({ rates, instances }: Overview): string {
  if (instances.total === 0) return 'No data plane reports';
  if (rates.requests_per_second === 0) return 'No traffic';
  return `${rate((100 * rates.errors_per_second) / rates.requests_per_second)} % answered with 5xx`;
}
