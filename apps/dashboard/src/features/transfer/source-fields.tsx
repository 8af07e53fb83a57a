import { Checkbox, FileInput, Group, PasswordInput, Stack, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconFileUpload } from '@tabler/icons-react';
import type { JSX } from 'react';
import { type ImportDraft, isText } from './import-draft.ts';

interface SourceFieldsProps {
  readonly draft: ImportDraft;
  readonly onChange: (fields: Partial<ImportDraft>) => void;
}

/** What the chosen source needs to be told. */
export function SourceFields({ draft, onChange }: SourceFieldsProps): JSX.Element {
  return (
    <Stack gap="sm">
      {isText(draft.type) && <TextSource draft={draft} onChange={onChange} />}
      {draft.type === 'openapi' && <OpenApiFields draft={draft} onChange={onChange} />}
      {draft.type === 'apisix' && <AdminApiFields draft={draft} onChange={onChange} />}
      {draft.type === 'etcd' && <EtcdFields draft={draft} onChange={onChange} />}
    </Stack>
  );
}

/** Larger texts are kept, but not drawn: a text field with many megabytes stops the page. */
const shownMax = 500_000;

function TextSource({ draft, onChange }: SourceFieldsProps): JSX.Element {
  const read = async (file: File | null) => {
    if (!file) return;
    try {
      onChange({ text: await file.text() });
    } catch {
      // The file was moved or may not be read; the browser says no more than that.
      notifications.show({ color: 'red', title: 'Not read', message: `${file.name} cannot be read.` });
    }
  };
  return (
    <>
      <FileInput
        label="File"
        placeholder="YAML or JSON"
        accept=".yaml,.yml,.json"
        maw={420}
        leftSection={<IconFileUpload size={16} aria-hidden />}
        onChange={(file) => void read(file)}
      />
      {draft.text.length <= shownMax && (
        <Textarea
          label="Text"
          description="Or paste it here."
          autosize
          minRows={4}
          maxRows={16}
          spellCheck={false}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: '0.8125rem' } }}
          value={draft.text}
          onChange={(event) => onChange({ text: event.currentTarget.value })}
        />
      )}
    </>
  );
}

function OpenApiFields({ draft, onChange }: SourceFieldsProps): JSX.Element {
  return (
    <>
      <Group gap="sm" align="flex-start">
        <TextInput
          label="Server"
          description="Where requests go; else the first one that the description names."
          placeholder="https://api.internal:8443"
          flex="1 1 240px"
          spellCheck={false}
          value={draft.server}
          onChange={(event) => onChange({ server: event.currentTarget.value })}
        />
        <TextInput
          label="Path prefix"
          description="Before every path of the description."
          placeholder="/v1"
          flex="1 1 160px"
          spellCheck={false}
          value={draft.pathPrefix}
          onChange={(event) => onChange({ pathPrefix: event.currentTarget.value })}
        />
        <TextInput
          label="Hosts"
          description="Which the routes are for; else any."
          placeholder="api.example.com"
          flex="1 1 200px"
          spellCheck={false}
          value={draft.hosts}
          onChange={(event) => onChange({ hosts: event.currentTarget.value })}
        />
      </Group>
      <Checkbox
        label="Check requests against the description"
        checked={draft.validatesRequests}
        onChange={(event) => onChange({ validatesRequests: event.currentTarget.checked })}
      />
    </>
  );
}

function AdminApiFields({ draft, onChange }: SourceFieldsProps): JSX.Element {
  return (
    <Group gap="sm" align="flex-start">
      <TextInput
        label="Address of the Admin API"
        description="As the control plane reaches it."
        flex="2 1 280px"
        spellCheck={false}
        value={draft.url}
        onChange={(event) => onChange({ url: event.currentTarget.value })}
      />
      <PasswordInput
        label="Admin key"
        description="Used this once and not kept."
        flex="1 1 220px"
        autoComplete="off"
        value={draft.key}
        onChange={(event) => onChange({ key: event.currentTarget.value })}
      />
    </Group>
  );
}

function EtcdFields({ draft, onChange }: SourceFieldsProps): JSX.Element {
  return (
    <Group gap="sm" align="flex-start">
      <TextInput
        label="Endpoints"
        description="As the control plane reaches them."
        flex="2 1 260px"
        spellCheck={false}
        value={draft.endpoints}
        onChange={(event) => onChange({ endpoints: event.currentTarget.value })}
      />
      <TextInput
        label="Prefix"
        description="Of the keys."
        flex="1 1 120px"
        spellCheck={false}
        value={draft.prefix}
        onChange={(event) => onChange({ prefix: event.currentTarget.value })}
      />
      <TextInput
        label="User"
        description="Where it asks for one."
        flex="1 1 140px"
        autoComplete="off"
        value={draft.user}
        onChange={(event) => onChange({ user: event.currentTarget.value })}
      />
      <PasswordInput
        label="Password"
        description="Used this once and not kept."
        flex="1 1 180px"
        autoComplete="off"
        value={draft.password}
        onChange={(event) => onChange({ password: event.currentTarget.value })}
      />
    </Group>
  );
}
