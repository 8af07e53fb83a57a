import { Alert, Button, Group, Stack, Tabs, Text, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useNavigate } from '@tanstack/react-router';
import { type JSX, useRef, useState } from 'react';
import { messageOf } from '../../api/errors.ts';
import type { JsonRecord, Kind, Resource } from '../../api/types.ts';
import { TextLink } from '../../links.tsx';
import { paths } from '../../paths.ts';
import { pluralTitle, useGroup } from '../../scope.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { CodeEditor } from '../../ui/lazy.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Failure } from '../../ui/states.tsx';
import { ConflictNotice } from './conflict-notice.tsx';
import { FormTab } from './form-tab.tsx';
import { IssueSummary } from './issue-summary.tsx';
import { ReviewModal } from './review-modal.tsx';
import { isAboutValue, useDryRun } from './use-dry-run.ts';
import { type EditorState, useEditor } from './use-editor.ts';
import { useLeaveGuard } from './use-leave-guard.tsx';
import { titleOf } from './use-delete.tsx';

interface EditorProps {
  readonly kind: Kind;
  readonly stored: Resource | undefined;
  readonly start: JsonRecord;
  /** Whether it starts with what a draft makes of the resource. */
  readonly isInDraft?: boolean;
}

/** Form and JSON over one draft; nothing is saved before its difference was shown. */
export function Editor({ kind, stored, start, isInDraft }: EditorProps): JSX.Element {
  const editor = useEditor({ kind, stored, start, isInDraft });
  const review = useReview(kind, editor);
  const [tab, setTab] = useState<string | null>('form');
  const [target, setTarget] = useState<string>();
  useLeaveGuard(editor);
  const goTo = (pointer: string) => {
    if (!editor.isTextBroken) setTab('form');
    setTarget(pointer);
  };
  return (
    <div style={{ maxWidth: 880 }}>
      <EditorHeader kind={kind} stored={stored} editor={editor} />
      <Stack gap="md">
        {editor.conflict && <ConflictNotice kind={kind} editor={editor} conflict={editor.conflict} />}
        {review.failure !== undefined && <Failure title="The change could not be checked" message={review.failure} />}
        <IssueSummary ref={review.summary} kind={editor.shape} issues={editor.issues} onGoTo={goTo} />
        <Tabs value={tab} onChange={(next) => !editor.isTextBroken && setTab(next)}>
          <Tabs.List mb="md">
            <Tooltip label={editor.textProblem} disabled={!editor.isTextBroken} multiline maw={280}>
              <Tabs.Tab
                value="form"
                data-disabled={editor.isTextBroken || undefined}
                aria-disabled={editor.isTextBroken || undefined}
                aria-description={editor.textProblem}
              >
                Form
              </Tabs.Tab>
            </Tooltip>
            <Tabs.Tab value="json">JSON</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="form">
            <FormTab editor={editor} target={target} />
          </Tabs.Panel>
          <Tabs.Panel value="json" keepMounted={false}>
            <CodeEditor label={`JSON of the ${kind.label}`} text={editor.text} onChange={editor.type} />
            <Text size="sm" c="var(--mantine-color-error)" mt="xs" role="status">
              {editor.textProblem}
            </Text>
          </Tabs.Panel>
        </Tabs>
      </Stack>
      <ActionBar kind={kind} stored={stored} editor={editor} review={review} />
      <ReviewModal
        kind={kind}
        editor={editor}
        warnings={review.warnings}
        opened={review.isOpen}
        onClose={review.close}
      />
    </div>
  );
}

/** “Review change”: the page's own checks, then the control plane's, then the difference. */
function useReview(kind: Kind, editor: EditorState) {
  const [isOpen, { open, close }] = useDisclosure();
  const summary = useRef<HTMLDivElement>(null);
  const trying = useDryRun(kind, editor.base);
  // The summary appears with the next rendering.
  const showSummary = () => requestAnimationFrame(() => summary.current?.focus());
  const start = () => {
    if (editor.check()) return showSummary();
    return trying.mutate(editor.draft, {
      onSuccess: open,
      onError: (error) => {
        if (!isAboutValue(error)) return;
        editor.refuse(error.issues.length > 0 ? error.issues : [{ path: '', message: error.message }]);
        showSummary();
      },
    });
  };
  return {
    start,
    close,
    isOpen,
    summary,
    isPending: trying.isPending,
    warnings: trying.data ?? [],
    failure: trying.isError && !isAboutValue(trying.error) ? messageOf(trying.error) : undefined,
  };
}

interface EditorPartProps {
  readonly kind: Kind;
  readonly stored: Resource | undefined;
  readonly editor: EditorState;
}

function EditorHeader({ kind, stored, editor }: EditorPartProps): JSX.Element {
  return (
    <>
      <PageHeader
        above={
          <TextLink size="sm" to={paths.resources(useGroup(), kind.plural)}>
            {pluralTitle(kind)}
          </TextLink>
        }
        title={stored ? `Edit ${kind.label} ${titleOf(stored)}` : `New ${kind.label}`}
      />
      {editor.isRestored && editor.isDirty && (
        <Alert mb="md" variant="light">
          Your unsaved work from before is back.
        </Alert>
      )}
    </>
  );
}

interface ActionBarProps extends EditorPartProps {
  readonly review: ReturnType<typeof useReview>;
}

/** Stays in sight however long the form is. */
function ActionBar({ kind, stored, editor, review }: ActionBarProps): JSX.Element {
  const group = useGroup();
  const navigate = useNavigate();
  const refusal = refusalOf(stored, editor);
  const back = stored ? paths.resource(group, kind.plural, stored.id) : paths.resources(group, kind.plural);
  return (
    <Group className="action-bar" justify="flex-end" gap="xs" mt="lg" py="sm">
      <Button variant="default" onClick={() => void navigate({ to: back })}>
        Cancel
      </Button>
      <ActionButton refusal={refusal} loading={review.isPending} onClick={review.start}>
        Review change
      </ActionButton>
    </Group>
  );
}

function refusalOf(stored: Resource | undefined, editor: EditorState): string | undefined {
  if (editor.textProblem !== undefined) return editor.textProblem;
  return stored && !editor.isDirty ? 'Nothing has changed yet.' : undefined;
}
