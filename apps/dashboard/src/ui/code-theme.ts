import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** Colours come from CSS variables, so that a change of the colour scheme needs no new editor. */
const frame = EditorView.theme({
  '&': { fontSize: '13px', backgroundColor: 'var(--mantine-color-body)', color: 'var(--mantine-color-text)' },
  '.cm-scroller': { fontFamily: 'var(--mantine-font-family-monospace)', lineHeight: '1.55' },
  '.cm-content': { caretColor: 'var(--mantine-color-text)' },
  '.cm-cursor': { borderLeftColor: 'var(--mantine-color-text)' },
  '.cm-gutters': {
    backgroundColor: 'transparent',
    color: 'var(--mantine-color-dimmed)',
    border: 'none',
  },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--mantine-color-default-hover)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--mantine-primary-color-light-hover) !important',
  },
  '.cm-foldPlaceholder, .cm-collapsedLines': {
    background: 'var(--mantine-color-default-hover)',
    color: 'var(--mantine-color-dimmed)',
    border: 'none',
  },
  // The default sign is missing in most monospace fonts.
  '.cm-collapsedLines': { padding: '3px 6px' },
  '.cm-collapsedLines:before, .cm-collapsedLines:after': { content: '"⋯" !important' },
  '&.cm-merge-a .cm-changedLine, .cm-deletedChunk': { backgroundColor: 'var(--sluice-removed)' },
  '&.cm-merge-b .cm-changedLine, .cm-insertedLine, .cm-changedLine': { backgroundColor: 'var(--sluice-added)' },
  '&.is-added .cm-line': { backgroundColor: 'var(--sluice-added)' },
  '&.is-removed .cm-line': { backgroundColor: 'var(--sluice-removed)' },
  '.cm-changedText, .cm-deletedText': { background: 'none !important', fontWeight: '650' },
});

const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--mantine-primary-color-light-color)' },
  { tag: tags.string, color: 'light-dark(#1f6f3d, #8fd3a4)' },
  { tag: tags.number, color: 'light-dark(#8a4b08, #f0b974)' },
  { tag: [tags.bool, tags.null], color: 'light-dark(#7a3aa8, #cfa6f0)' },
]);

/** How JSON looks everywhere. */
export const codeTheme: Extension = [frame, syntaxHighlighting(colours)];
