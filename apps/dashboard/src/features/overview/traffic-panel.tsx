import { Group, SegmentedControl, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type JSX, useState } from 'react';
import { messageOf } from '../../api/errors.ts';
import { fleetQueries } from '../../api/fleet-queries.ts';
import type { Overview, RateSample } from '../../api/types.ts';
import { useGroup } from '../../scope.ts';
import { rate } from '../../ui/figures.ts';
import { Chart } from '../../ui/lazy.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Empty, Failure, LoadingRows } from '../../ui/states.tsx';
import { defaultRange, rangeNamed, ranges, type TrafficRange } from './traffic-ranges.ts';

const requestColor = '--mantine-color-sluice-5';
const errorColor = '--mantine-color-red-5';
/** Of a long range, a point more is no news. */
const refreshMs = 30_000;

/** Requests and errors over time: live for the last minutes, and as far back as anything is known. */
export function TrafficPanel({ overview: { history, rates } }: { readonly overview: Overview }): JSX.Element {
  const [name, setName] = useState(defaultRange.name);
  const range = rangeNamed(name);
  return (
    <Panel title="Traffic" aside={<RangeChoice value={name} onChange={setName} />}>
      {range.isLive ? (
        <TrafficChart
          range={range}
          samples={history}
          summary={`Now ${rate(rates.requests_per_second)} requests and ${rate(rates.errors_per_second)} errors per second.`}
          hint="The chart begins with the second report of a data plane, every five seconds."
        />
      ) : (
        <PastTraffic range={range} />
      )}
    </Panel>
  );
}

function PastTraffic({ range }: { readonly range: TrafficRange }): JSX.Element {
  const query = useQuery({ ...fleetQueries(useGroup()).traffic(range.spanS), refetchInterval: refreshMs });
  if (query.isPending) return <LoadingRows rows={4} />;
  if (query.isError) {
    return <Failure title="The traffic could not be read" message={messageOf(query.error)} onRetry={query.refetch} />;
  }
  return (
    <TrafficChart
      range={range}
      samples={query.data.points}
      summary=""
      hint="Figures are kept from the first report of a data plane on, and shown half a minute later."
    />
  );
}

interface TrafficChartProps {
  readonly range: TrafficRange;
  readonly samples: readonly RateSample[];
  /** What the chart says beyond its lines. */
  readonly summary: string;
  /** What to expect where there is nothing to draw. */
  readonly hint: string;
}

function TrafficChart({ range, samples, summary, hint }: TrafficChartProps): JSX.Element {
  if (samples.length < 2) return <Empty title="No figures yet" hint={hint} />;
  return (
    <>
      <Chart
        label={`Requests and errors per second over ${range.text}. ${summary}`}
        spanS={range.spanS}
        times={samples.map(({ time }) => Date.parse(time) / 1000)}
        series={[
          {
            label: 'Requests / s',
            colorVariable: requestColor,
            values: samples.map((sample) => sample.requests_per_second),
            isFilled: true,
          },
          {
            label: 'Errors / s',
            colorVariable: errorColor,
            values: samples.map((sample) => sample.errors_per_second),
          },
        ]}
      />
      <Legend />
    </>
  );
}

interface RangeChoiceProps {
  readonly value: string;
  readonly onChange: (name: string) => void;
}

function RangeChoice({ value, onChange }: RangeChoiceProps): JSX.Element {
  return (
    <SegmentedControl
      aria-label="Time range"
      size="xs"
      data={ranges.map(({ name }) => name)}
      value={value}
      onChange={onChange}
    />
  );
}

function Legend(): JSX.Element {
  return (
    <Group gap="md" mt="xs">
      <LegendEntry color={requestColor} label="Requests / s" />
      <LegendEntry color={errorColor} label="Errors / s" />
    </Group>
  );
}

function LegendEntry({ color, label }: { readonly color: string; readonly label: string }): JSX.Element {
  return (
    <Group gap={6}>
      <span style={{ width: 12, height: 3, borderRadius: 2, background: `var(${color})` }} />
      <Text size="xs" c="dimmed">
        {label}
      </Text>
    </Group>
  );
}
