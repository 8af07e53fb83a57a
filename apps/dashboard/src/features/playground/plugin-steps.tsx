import { Badge, Table, Text } from '@mantine/core';
import type { PluginStep } from '@sluice/schema';
import type { JSX } from 'react';
import { scrollableBy } from '../../ui/scrollable-by.ts';

const decisions: Readonly<Record<PluginStep['decision'], readonly [color: string, word: string]>> = {
  passed: ['gray', 'passed'],
  answered: ['orange', 'answered'],
  filtered: ['gray', 'skipped by its filter'],
  transforms: ['violet', 'transforms the body'],
  failed: ['red', 'failed'],
};

const scopes: Readonly<Record<PluginStep['scope'], string>> = {
  global: 'global rules',
  route: 'route',
  consumer: 'route and consumer',
};

/** What each plugin did, phase by phase. */
export function PluginSteps({ steps }: { readonly steps: readonly PluginStep[] }): JSX.Element {
  return (
    <Table.ScrollContainer minWidth={600} scrollAreaProps={scrollableBy('Plugins that ran')}>
      <Table className="tabular" aria-label="Plugins that ran">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Phase</Table.Th>
            <Table.Th>Plugin</Table.Th>
            <Table.Th>Configured by</Table.Th>
            <Table.Th>Decision</Table.Th>
            <Table.Th ta="right">Time</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {steps.map((step, i) => (
            <Table.Tr key={i}>
              {/* A phase is said once; its plugins follow. */}
              <Table.Td>
                <Text size="sm" ff="monospace" {...(startsPhase(steps, i) ? {} : { c: 'dimmed' })}>
                  {step.phase}
                </Text>
              </Table.Td>
              <Table.Td>
                <Text size="sm" fw={550}>
                  {step.plugin}
                </Text>
              </Table.Td>
              <Table.Td>{scopes[step.scope]}</Table.Td>
              <Table.Td>
                <Decision step={step} />
              </Table.Td>
              <Table.Td ta="right">{stepTime(step.ms)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function startsPhase(steps: readonly PluginStep[], index: number): boolean {
  return steps[index - 1]?.phase !== steps[index]?.phase;
}

function Decision({ step: { decision, status } }: { readonly step: PluginStep }): JSX.Element {
  const [color, word] = decisions[decision];
  return (
    <Badge color={color}>
      {word}
      {status !== null && ` with ${status}`}
    </Badge>
  );
}

/** Most plugins take microseconds, of which a rounded millisecond says nothing. */
export function stepTime(ms: number): string {
  return ms < 10 ? `${ms.toFixed(3)} ms` : `${ms.toFixed(1)} ms`;
}
