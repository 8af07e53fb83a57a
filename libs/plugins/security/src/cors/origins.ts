import { anyPattern } from '../shared/patterns.ts';

/** What an answer says to an origin (undefined: the client named none); undefined where it says nothing. */
export type OriginRule = (origin: string | undefined) => string | undefined;

/** A list of origins, `*`, or `**` for whoever asks. */
export function listedOrigins(text: string): OriginRule {
  if (text === '*') return () => '*';
  if (text === '**') return (origin) => origin ?? '*';
  const listed = new Set(text.split(','));
  return (origin) => (origin !== undefined && listed.has(origin) ? origin : undefined);
}

/** Origins that one of some patterns matches. */
export function matchedOrigins(patterns: readonly string[]): OriginRule {
  const isMatched = anyPattern(patterns);
  return (origin) => (origin !== undefined && isMatched(origin) ? origin : undefined);
}

/** The first of some rules that has something to say. */
export function firstOf(rules: readonly OriginRule[]): OriginRule {
  const [only] = rules;
  if (rules.length === 1 && only) return only;
  return (origin) => {
    for (const rule of rules) {
      const answer = rule(origin);
      if (answer !== undefined) return answer;
    }
    return undefined;
  };
}
