import { json } from '@codemirror/lang-json';
import { MergeView, unifiedMergeView } from '@codemirror/merge';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView, lineNumbers } from '@codemirror/view';
import { type JSX, useEffect, useRef } from 'react';
import { codeTheme } from './code-theme.ts';
import { concealed, printJson } from './json-text.ts';

interface JsonDiffProps {
  /** Accessible name. */
  readonly label: string;
  /** Null where there was nothing. */
  readonly before: unknown;
  /** Null where there is nothing any more. */
  readonly after: unknown;
  /** Side by side, or one under the other where there is no room. */
  readonly layout: 'split' | 'unified';
}

const collapse = { margin: 3, minSize: 6 };

/** What changed between two JSON values. Keys are sorted, so that only real changes show. */
export function JsonDiff({ label, before, after, layout }: JsonDiffProps): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  const [from, to] = [before, after].map((value) => (value === null ? '' : printJson(concealed(value), 'sorted')));

  useEffect(() => {
    if (!host.current) return undefined;
    const show = layout === 'split' ? showSplit : showUnified;
    const view =
      from && to ? show(host.current, from, to, label) : showWhole(host.current, from ?? '', to ?? '', label);
    return () => view.destroy();
  }, [from, to, layout, label]);

  return <div className="json-editor" role="group" aria-label={label} ref={host} />;
}

function showSplit(parent: HTMLElement, from: string, to: string, label: string): MergeView {
  return new MergeView({
    parent,
    a: { doc: from, extensions: readOnly(`${label}, before`) },
    b: { doc: to, extensions: readOnly(`${label}, after`) },
    gutter: true,
    collapseUnchanged: collapse,
  });
}

function showUnified(parent: HTMLElement, from: string, to: string, label: string): EditorView {
  const merge = unifiedMergeView({ original: from, mergeControls: false, collapseUnchanged: collapse });
  return new EditorView({ parent, doc: to, extensions: [...readOnly(label), merge] });
}

/** All of it is new, or all of it is gone. */
function showWhole(parent: HTMLElement, from: string, to: string, label: string): EditorView {
  const tone = EditorView.editorAttributes.of({ class: to ? 'is-added' : 'is-removed' });
  return new EditorView({ parent, doc: to || from, extensions: [...readOnly(label), tone] });
}

function readOnly(label: string): Extension[] {
  return [
    codeTheme,
    json(),
    lineNumbers(),
    EditorView.lineWrapping,
    EditorState.readOnly.of(true),
    EditorView.contentAttributes.of({ 'aria-label': label }),
  ];
}
