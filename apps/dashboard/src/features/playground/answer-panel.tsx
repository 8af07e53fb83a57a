import { Code, Stack, Table, Text } from '@mantine/core';
import type { Explanation } from '@sluice/schema';
import type { JSX } from 'react';
import { Panel } from '../../ui/panel.tsx';
import { isForecast } from './outcome.ts';

const origins: Readonly<Record<string, string>> = {
  gateway: 'made by the gateway',
  upstream: 'made by the upstream',
  'proxy-error': 'made by the gateway, since the upstream did not answer',
};

/** What the client gets. A request that was not sent has no answer to show. */
export function AnswerPanel({ answer: explained }: { readonly answer: Explanation }): JSX.Element {
  const { answer } = explained;
  if (isForecast(explained)) {
    return (
      <Panel title="Answer">
        <Text size="sm" c="dimmed">
          The upstream would answer. Send the request to see what.
        </Text>
      </Panel>
    );
  }
  const origin = answer.origin === null ? undefined : origins[answer.origin];
  return (
    <Panel title={`Answer ${answer.status}`} aside={origin && <Text size="sm">{origin}</Text>}>
      <Stack gap="sm">
        <Fields fields={answer.headers} />
        <Body answer={answer} />
      </Stack>
    </Panel>
  );
}

function Fields({ fields }: { readonly fields: Explanation['answer']['headers'] }): JSX.Element | null {
  if (fields.length === 0) return null;
  return (
    <Table aria-label="Header fields of the answer" verticalSpacing={4} fz="sm" layout="fixed">
      <Table.Tbody>
        {fields.map(([name, value], i) => (
          <Table.Tr key={i}>
            <Table.Th w="34%" fw={550} style={{ overflowWrap: 'anywhere' }}>
              {name}
            </Table.Th>
            <Table.Td ff="monospace" style={{ overflowWrap: 'anywhere' }}>
              {value}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Body({ answer: { body, body_bytes: bytes } }: Pick<Explanation, 'answer'>): JSX.Element {
  if (bytes === 0) return <Note text="No body." />;
  if (body === null) return <Note text={`A body of ${bytes.toLocaleString('en')} bytes, which are no text.`} />;
  const isCut = new TextEncoder().encode(body).length < bytes;
  return (
    <>
      <Code block mah={360} tabIndex={0} aria-label="Body of the answer" style={{ overflow: 'auto' }}>
        {body}
      </Code>
      {isCut && <Note text={`The beginning of ${bytes.toLocaleString('en')} bytes.`} />}
    </>
  );
}

function Note({ text }: { readonly text: string }): JSX.Element {
  return (
    <Text size="sm" c="dimmed">
      {text}
    </Text>
  );
}
