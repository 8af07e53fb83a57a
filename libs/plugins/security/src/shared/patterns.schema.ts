import type { RuleHooks } from '@sluice/schema';

/** What is wrong with the first pattern that cannot be used. */
export function checkPatterns(patterns: readonly string[], hooks: RuleHooks | undefined): string | undefined {
  for (const pattern of patterns) {
    const wrong = hooks?.checkPattern?.(pattern);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}
