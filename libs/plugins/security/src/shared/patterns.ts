import { compilePattern } from '@sluice/expr';

/** Whether a text is matched by one of some patterns. */
export type AnyPattern = (text: string) => boolean;

/** Compiles patterns from configuration, which the schema has checked. None of them matches nothing. */
export function anyPattern(sources: readonly string[], flags = ''): AnyPattern {
  const patterns = sources.map((source) => compilePattern(source, flags));
  return (text) => patterns.some((pattern) => pattern.test(text));
}
