import { equalJson, isJsonObject } from '@sluice/schema';
import { useLocation } from '@tanstack/react-router';
import { useState } from 'react';
import type { JsonRecord } from '../../api/types.ts';
import { printJson, readJson } from '../../ui/json-text.ts';
import { draftKeeper } from './draft.ts';

/** A draft and its two spellings: fields for the form, a text for the JSON editor. */
export function useDraft(start: JsonRecord) {
  const page = useLocation({ select: ({ href }) => href });
  const [kept] = useState(() => draftKeeper.find(page));
  const [draft, setDraft] = useState(kept ?? start);
  const [typed, setTyped] = useState<string>();
  const meant = typed === undefined ? undefined : draftFrom(typed);
  const textProblem = meant && 'problem' in meant ? meant.problem : undefined;
  const isTextBroken = textProblem !== undefined;
  const meansDraft = meant !== undefined && 'draft' in meant && equalJson(meant.draft, draft);

  const keep = (next: JsonRecord) => {
    setDraft(next);
    draftKeeper.keep(page, next);
  };
  return {
    draft,
    /** As somebody typed it, as long as that means the draft or does not parse yet. */
    text: typed !== undefined && (isTextBroken || meansDraft) ? typed : printJson(draft),
    isTextBroken,
    /** What keeps the text from being a draft, and where; undefined where it is one. */
    textProblem,
    /** Whether this draft was left behind earlier and is back. */
    isRestored: kept !== undefined,
    set: (next: JsonRecord) => {
      setTyped(undefined);
      keep(next);
    },
    type: (text: string) => {
      setTyped(text);
      const next = draftFrom(text);
      if ('draft' in next && !equalJson(next.draft, draft)) keep(next.draft);
    },
    /** Begins again with a value that is stored, so that there is nothing to keep. */
    reset: (value: JsonRecord) => {
      setTyped(undefined);
      setDraft(value);
      draftKeeper.forget(page);
    },
    forget: () => draftKeeper.forget(page),
  };
}

/** The draft that a text means, or why it means none. */
function draftFrom(text: string): { readonly draft: JsonRecord } | { readonly problem: string } {
  const parsed = readJson(text);
  if ('problem' in parsed) return { problem: `The JSON does not parse: ${parsed.problem}.` };
  return isJsonObject(parsed.value) ? { draft: parsed.value } : { problem: 'The JSON has to be an object.' };
}
