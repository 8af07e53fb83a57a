import { Autocomplete, Group, Select, SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { IconListSearch, IconSend } from '@tabler/icons-react';
import { type FormEvent, type JSX, useState } from 'react';
import { groupQueries } from '../../api/queries.ts';
import type { Instance } from '../../api/types.ts';
import { useGroup } from '../../scope.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { Panel } from '../../ui/panel.tsx';
import { type DraftProblems, problemsOf, type RequestDraft } from './request-draft.ts';

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

interface RequestFormProps {
  readonly draft: RequestDraft;
  readonly onChange: (next: RequestDraft) => void;
  /** Which of the two is on its way. */
  readonly pending: 'explain' | 'send' | undefined;
  readonly onAsk: (send: boolean) => void;
}

/** The request, and the two things that can be done with it. */
export function RequestForm({ draft, onChange, pending, onAsk }: RequestFormProps): JSX.Element {
  const { data } = useSuspenseQuery(groupQueries(useGroup()).instances());
  const refusal = whyNot(data.list, draft.instance);
  const [isChecked, setIsChecked] = useState(false);
  const problems = problemsOf(draft);
  const ask = (send: boolean) => {
    setIsChecked(true);
    if (refusal === undefined && pending === undefined && Object.keys(problems).length === 0) onAsk(send);
  };
  const explain = (event: FormEvent) => {
    event.preventDefault();
    ask(false);
  };
  const parts: PartProps = {
    draft,
    set: (fields) => onChange({ ...draft, ...fields }),
    problems: isChecked ? problems : {},
  };
  return (
    <Panel>
      <form onSubmit={explain} noValidate>
        <Stack>
          <Address {...parts} />
          <Content {...parts} />
          <Origin {...parts} instances={data.list} />
          <Group justify="space-between" align="flex-end" gap="sm">
            <Text size="xs" c="dimmed" maw={520}>
              “Explain” runs the request through routes and plugins up to the upstream: nothing is sent and nothing
              counted. The address of this page holds the request without header fields, body and secrets, to be handed
              around.
            </Text>
            <Group gap="xs">
              <ActionButton
                variant="default"
                leftSection={<IconSend size={16} aria-hidden />}
                refusal={refusal}
                loading={pending === 'send'}
                type="button"
                onClick={() => ask(true)}
              >
                Send and explain
              </ActionButton>
              <ActionButton
                type="submit"
                leftSection={<IconListSearch size={16} aria-hidden />}
                refusal={refusal}
                loading={pending === 'explain'}
              >
                Explain
              </ActionButton>
            </Group>
          </Group>
        </Stack>
      </form>
    </Panel>
  );
}

/** Why nobody can be asked now; undefined where somebody can. */
function whyNot(instances: readonly Instance[], wanted: string): string | undefined {
  const connected = instances.filter(({ status }) => status !== 'offline');
  if (connected.length === 0) return 'No data plane is connected: there is nobody to ask.';
  if (wanted === '' || connected.some(({ id }) => id === wanted)) return undefined;
  return 'The chosen data plane is not connected.';
}

interface PartProps {
  readonly draft: RequestDraft;
  readonly set: (fields: Partial<RequestDraft>) => void;
  readonly problems: DraftProblems;
}

function Address({ draft, set, problems }: PartProps): JSX.Element {
  return (
    <Group align="flex-start" gap="sm">
      <Autocomplete
        label="Method"
        w={116}
        data={methods}
        // All of them, also after one is chosen.
        filter={({ options }) => options}
        value={draft.method}
        onChange={(method) => set({ method: method.toUpperCase().replaceAll(/[^A-Z]/g, '') || '' })}
        onBlur={() => draft.method === '' && set({ method: 'GET' })}
      />
      <Select
        label="Scheme"
        w={100}
        data={['http', 'https']}
        allowDeselect={false}
        value={draft.scheme}
        onChange={(scheme) => set({ scheme: scheme === 'https' ? 'https' : 'http' })}
      />
      <TextInput
        label="Host"
        placeholder="localhost"
        flex="1 1 180px"
        spellCheck={false}
        error={problems.host}
        value={draft.host}
        onChange={(event) => set({ host: event.currentTarget.value.trim() })}
      />
      <TextInput
        label="Path and query"
        flex="2 1 280px"
        spellCheck={false}
        error={problems.path}
        value={draft.path}
        onChange={(event) => set({ path: event.currentTarget.value.trim() })}
      />
    </Group>
  );
}

const monospaced = { input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: '0.8125rem' } };

function Content({ draft, set, problems }: PartProps): JSX.Element {
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
      <Textarea
        label="Header fields"
        description="One a line, as they are pasted: “Name: value”."
        autosize
        minRows={2}
        maxRows={12}
        spellCheck={false}
        styles={monospaced}
        error={problems.headers}
        value={draft.headers}
        onChange={(event) => set({ headers: event.currentTarget.value })}
      />
      <Textarea
        label="Body"
        description="As it is; a Content-Type is a header field of its own."
        autosize
        minRows={2}
        maxRows={12}
        spellCheck={false}
        styles={monospaced}
        error={problems.body}
        value={draft.body}
        onChange={(event) => set({ body: event.currentTarget.value })}
      />
    </SimpleGrid>
  );
}

function Origin({ draft, set, problems, instances }: PartProps & { readonly instances: readonly Instance[] }) {
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
      <TextInput
        label="Client address"
        placeholder="127.0.0.1"
        error={problems.clientIp}
        value={draft.clientIp}
        onChange={(event) => set({ clientIp: event.currentTarget.value.trim() })}
      />
      <Select
        label="Data plane"
        data={[{ value: '', label: 'Any that is connected' }, ...instanceOptions(instances, draft.instance)]}
        allowDeselect={false}
        value={draft.instance}
        onChange={(instance) => set({ instance: instance ?? '' })}
      />
    </SimpleGrid>
  );
}

function instanceOptions(instances: readonly Instance[], chosen: string) {
  const known = instances.map(({ id, hostname, status }) => ({
    value: id,
    label: `${hostname} (${id}${status === 'healthy' ? '' : `, ${status}`})`,
    disabled: status === 'offline',
  }));
  // An address may name one that has left.
  const isGone = chosen !== '' && !instances.some(({ id }) => id === chosen);
  return isGone ? [...known, { value: chosen, label: `${chosen} (gone)`, disabled: true }] : known;
}
