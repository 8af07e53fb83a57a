import { Group, Text } from '@mantine/core';
import type { JSX } from 'react';
import type { Overview } from '../../api/types.ts';
import { Chart } from '../../ui/lazy.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Empty } from '../../ui/states.tsx';
import { rate } from './figures.ts';

const requestColor = '--mantine-color-sluice-5';
const errorColor = '--mantine-color-red-5';

/** Requests and errors of the last ten minutes. */
export function TrafficPanel({ overview: { history, rates } }: { readonly overview: Overview }): JSX.Element {
  const label =
    `Requests and errors per second over the last ten minutes. Now ${rate(rates.requests_per_second)} requests ` +
    `and ${rate(rates.errors_per_second)} errors per second.`;
  return (
    <Panel title="Traffic, last 10 minutes" aside={<Legend />}>
      {history.length < 2 ? (
        <Empty
          title="No figures yet"
          hint="The chart begins with the second report of a data plane, every five seconds."
        />
      ) : (
        <Chart
          label={label}
          spanS={600}
          times={history.map(({ time }) => Date.parse(time) / 1000)}
          series={[
            {
              label: 'Requests / s',
              colorVariable: requestColor,
              values: history.map((sample) => sample.requests_per_second),
              isFilled: true,
            },
            {
              label: 'Errors / s',
              colorVariable: errorColor,
              values: history.map((sample) => sample.errors_per_second),
            },
          ]}
        />
      )}
    </Panel>
  );
}

function Legend(): JSX.Element {
  return (
    <Group gap="md">
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
