import { Alert, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type JSX, useRef, useState } from 'react';
import { type ExplainAnswer, groupCommands } from '../../api/commands.ts';
import { hasCode, messageOf } from '../../api/errors.ts';
import { paths } from '../../paths.ts';
import { Requires } from '../../role-gate.tsx';
import { useGroup } from '../../scope.ts';
import { PageHeader } from '../../ui/page-header.tsx';
import { Failure } from '../../ui/states.tsx';
import { ExplanationView } from './explanation-view.tsx';
import { draftFrom, questionOf, type RequestDraft, searchOf } from './request-draft.ts';
import { RequestForm } from './request-form.tsx';
import { Verdict } from './verdict.tsx';
import type { RequestSearch } from './request-search.ts';

/** Describe a request, and see what a data plane makes of it and why. */
export function PlaygroundPage(): JSX.Element {
  // A request runs through a data plane, and may be sent on.
  return (
    <Requires role="editor">
      <Playground />
    </Requires>
  );
}

function Playground(): JSX.Element {
  const group = useGroup();
  const { draft, setDraft, share } = useRequestDraft(group);
  const result = useRef<HTMLDivElement>(null);
  const asking = useMutation({
    mutationFn: ({ asked, send }: Asking) => groupCommands(group).explain(questionOf(asked, send)),
    // On a small screen the form fills the view. The result appears with the next rendering.
    onSettled: () => requestAnimationFrame(() => result.current?.scrollIntoView({ block: 'nearest' })),
  });
  const ask = (send: boolean) => {
    share();
    asking.mutate({ asked: draft, send });
  };
  return (
    <>
      <PageHeader
        title="Playground"
        description="Describe a request and see which route takes it, what each plugin does, and where it goes."
      />
      <Stack gap="lg">
        <RequestForm
          draft={draft}
          onChange={setDraft}
          pending={asking.isPending ? (asking.variables.send ? 'send' : 'explain') : undefined}
          onAsk={ask}
        />
        <div ref={result} aria-live="polite" style={{ scrollMarginBlock: 72 }}>
          {asking.isError && <Failure title={failureTitle(asking.error)} message={failureText(asking.error)} />}
          {asking.data && <Verdict answer={asking.data} />}
        </div>
        {asking.data && <Result answer={asking.data} asked={asking.variables} draft={draft} />}
      </Stack>
    </>
  );
}

interface Asking {
  readonly asked: RequestDraft;
  readonly send: boolean;
}

interface ResultProps {
  readonly answer: ExplainAnswer;
  readonly asked: Asking | undefined;
  readonly draft: RequestDraft;
}

/** The answer stays beside a request that has changed since, and says so. */
function Result({ answer, asked, draft }: ResultProps): JSX.Element {
  return (
    <>
      {asked && asked.asked !== draft && (
        <Alert variant="light" color="gray" role="status">
          The request above has changed since this was explained.
        </Alert>
      )}
      <ExplanationView answer={answer} />
    </>
  );
}

/** What is typed stays with the page; its address is brought up to it when somebody asks, and a new address replaces it. */
function useRequestDraft(group: string) {
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as RequestSearch;
  const [followed, setFollowed] = useState(search);
  const [written, setWritten] = useState(search);
  const [draft, setDraft] = useState(() => draftFrom(search));
  if (!isSame(search, followed)) {
    setFollowed(search);
    // The page's own address lacks what may be secret; the draft has it.
    if (!isSame(search, written)) setDraft(draftFrom(search));
  }
  const share = () => {
    const next = searchOf(draft);
    setWritten(next);
    void navigate({ to: paths.playground(group), search: next, replace: true, resetScroll: false });
  };
  return { draft, setDraft, share };
}

function isSame(a: RequestSearch, b: RequestSearch): boolean {
  return JSON.stringify(searchOf(draftFrom(a))) === JSON.stringify(searchOf(draftFrom(b)));
}

function failureTitle(error: unknown): string {
  return hasCode(error, 'TIMEOUT') || hasCode(error, 'CONFLICT') ? 'Nobody explained the request' : 'Not explained';
}

function failureText(error: unknown): string {
  return hasCode(error, 'TIMEOUT') ? 'The data plane did not answer in time.' : messageOf(error);
}
