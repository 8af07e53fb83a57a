import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { json, jsonParseLinter } from '@codemirror/lang-json';
import { bracketMatching, foldGutter, foldKeymap, indentOnInput } from '@codemirror/language';
import { linter, lintGutter } from '@codemirror/lint';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { type JSX, useEffect, useRef } from 'react';
import { codeTheme } from './code-theme.ts';
import { hiddenSecrets } from './hidden-secrets.ts';

interface JsonEditorProps {
  /** Accessible name. */
  readonly label: string;
  readonly text: string;
  /** Left out: the text can only be read. */
  readonly onChange?: (text: string) => void;
}

/** A JSON editor. Tab indents; Escape and then Tab leaves. */
export function JsonEditor({ label, text, onChange }: JsonEditorProps): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const latest = useRef(onChange);
  latest.current = onChange;
  const isReadOnly = onChange === undefined;

  // CodeMirror owns its DOM: it is made once per element, and told of texts that it did not write itself.
  useEffect(() => {
    if (!host.current) return undefined;
    const editor = new EditorView({
      parent: host.current,
      doc: text,
      extensions: [...extensionsFor(label, isReadOnly), listenTo((typed) => latest.current?.(typed))],
    });
    view.current = editor;
    return () => editor.destroy();
    // `text` is only the beginning here; the next effect follows it.
  }, [label, isReadOnly]);

  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === text) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text } });
  }, [text]);

  return <div className="json-editor" ref={host} />;
}

function listenTo(onText: (text: string) => void): Extension {
  return EditorView.updateListener.of((update) => {
    if (update.docChanged) onText(update.state.doc.toString());
  });
}

function extensionsFor(label: string, isReadOnly: boolean): Extension[] {
  const shared = [
    codeTheme,
    json(),
    lineNumbers(),
    foldGutter(),
    bracketMatching(),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ 'aria-label': label }),
  ];
  // Not `editable: false`, which would take the text out of the keyboard's reach.
  if (isReadOnly) return [...shared, hiddenSecrets, EditorState.readOnly.of(true), keymap.of(foldKeymap)];
  return [
    ...shared,
    history(),
    indentOnInput(),
    highlightActiveLine(),
    linter(jsonParseLinter()),
    lintGutter(),
    keymap.of([...defaultKeymap, ...historyKeymap, ...foldKeymap, indentWithTab]),
  ];
}
