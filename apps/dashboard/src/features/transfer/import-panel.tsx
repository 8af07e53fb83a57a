import { Checkbox, Group, List, Select, Stack, Text } from '@mantine/core';
import { type FormEvent, type JSX, useState } from 'react';
import { ApiError, messageOf } from '../../api/errors.ts';
import { transferCommands } from '../../api/transfer-commands.ts';
import type { ImportRequest } from '../../api/transfer-types.ts';
import { ApplyPanel } from '../../changes/apply-panel.tsx';
import { applied, useTransfer } from '../../changes/use-transfer.ts';
import { useApproval } from '../../drafts/use-approval.ts';
import { useGroup, useMay } from '../../scope.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Failure } from '../../ui/states.tsx';
import { emptyImport, type ImportDraft, sourceOf, type SourceType, whatIsMissing } from './import-draft.ts';
import { SourceFields } from './source-fields.tsx';

const texts = [
  { value: 'document', label: 'Export of Sluice, or APISIX standalone file' },
  { value: 'openapi', label: 'OpenAPI description' },
  { value: 'kong', label: 'Kong declarative file' },
];
const fetched = [
  { value: 'apisix', label: 'Running APISIX, by its Admin API' },
  { value: 'etcd', label: 'Running APISIX, by its etcd' },
];

/** Takes a configuration in: describe the source, look at the effect, apply. */
export function ImportPanel(): JSX.Element {
  const group = useGroup();
  const [draft, setDraft] = useState(emptyImport);
  const needsApproval = useApproval()?.required === true;
  const { previewing, applying } = useTransfer(transferCommands.import);
  const change = (fields: Partial<ImportDraft>) => {
    setDraft({ ...draft, ...fields });
    // An effect is of what was described when it was computed.
    previewing.reset();
    applying.reset();
  };
  return (
    <>
      <Panel title="Import">
        <ImportForm
          draft={draft}
          onChange={change}
          isPending={previewing.isPending}
          onPreview={() => previewing.mutate(requestOf(draft))}
        />
      </Panel>
      {previewing.error && <ImportFailure error={previewing.error} />}
      {previewing.data && (
        <ApplyPanel
          title={`What would change in ${group}`}
          effect={previewing.data.effect}
          nothing="The group has all of it already."
          action="Import"
          becomesDraft={needsApproval}
          isPending={applying.isPending}
          error={applying.error}
          onApply={(message) =>
            applying.mutate(applied(requestOf(draft), { head: previewing.data.head, message, needsApproval }))
          }
        />
      )}
    </>
  );
}

interface ImportFormProps {
  readonly draft: ImportDraft;
  readonly onChange: (fields: Partial<ImportDraft>) => void;
  readonly isPending: boolean;
  readonly onPreview: () => void;
}

function ImportForm({ draft, onChange, isPending, onPreview }: ImportFormProps): JSX.Element {
  const group = useGroup();
  // The control plane itself goes out for these.
  const mayFetch = useMay('admin');
  const missing = whatIsMissing(draft);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (missing === undefined) onPreview();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Select
          label="From"
          maw={420}
          allowDeselect={false}
          data={mayFetch ? [...texts, ...fetched] : texts}
          value={draft.type}
          onChange={(type) => onChange({ type: type as SourceType })}
        />
        <SourceFields draft={draft} onChange={onChange} />
        <Checkbox
          label={`Also delete what ${group} has and the source has not`}
          checked={draft.prunes}
          onChange={(event) => onChange({ prunes: event.currentTarget.checked })}
        />
        <Checkbox
          label="Leave out what cannot be taken"
          description="Each is named in the report. Otherwise nothing is imported before all of it can be."
          checked={draft.skipsInvalid}
          onChange={(event) => onChange({ skipsInvalid: event.currentTarget.checked })}
        />
        <Group justify="flex-end">
          <ActionButton type="submit" variant="default" refusal={missing} loading={isPending}>
            Show the effect
          </ActionButton>
        </Group>
      </Stack>
    </form>
  );
}

/** Everything that the source has which cannot be taken, by place. */
function ImportFailure({ error }: { readonly error: Error }): JSX.Element {
  const issues = error instanceof ApiError ? error.issues : [];
  return (
    <Stack gap="xs">
      <Failure title="This cannot be imported" message={messageOf(error)} />
      {issues.length > 0 && (
        <Panel title={issues.length === 1 ? '1 issue' : `${issues.length} issues`}>
          <List size="sm" listStyleType="none" aria-label="Issues of the source">
            {issues.map(({ path, message }, index) => (
              <List.Item key={index}>
                <Text span size="sm" ff="monospace">
                  {path}
                </Text>{' '}
                {message}
              </List.Item>
            ))}
          </List>
        </Panel>
      )}
    </Stack>
  );
}

function requestOf(draft: ImportDraft): ImportRequest {
  return { source: sourceOf(draft), prune: draft.prunes, skip_invalid: draft.skipsInvalid, dry_run: true };
}
