import { Code } from '@mantine/core';
import type { JSX } from 'react';

/** A sentence in which words between backticks are code. */
export function Prose({ text }: { readonly text: string }): JSX.Element {
  const parts = text.split('`');
  return <>{parts.map((part, i) => (i % 2 === 1 ? <Code key={i}>{part}</Code> : part))}</>;
}
