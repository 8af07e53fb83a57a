import type { Candidate, RoutingQuestion } from './candidate.ts';

/** Candidates of one path in the order in which they are tried. Nearly always there is one, which then needs no list. */
export type CandidateList<T> = Candidate<T> | readonly Candidate<T>[];

/** Stops a search where a candidate cannot say yet whether it fits: those behind it must not win meanwhile. */
export const undecided = Symbol('undecided');

/** What a search comes to. */
export type Found<T> = Candidate<T> | typeof undecided;

/** The first one that takes the request. */
export function firstAccepting<T>(candidates: CandidateList<T>, question: RoutingQuestion): Found<T> | null {
  if (!isList(candidates)) return answerOf(candidates, question);
  for (const candidate of candidates) {
    const answer = answerOf(candidate, question);
    if (answer !== null) return answer;
  }
  return null;
}

/** With one more, where it belongs: binary search for the place, one copy. */
export function inserted<T>(candidates: CandidateList<T> | null, added: Candidate<T>): CandidateList<T> {
  if (candidates === null) return added;
  const list = isList(candidates) ? candidates : [candidates];
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = list[middle];
    if (other !== undefined && compareCandidates(other, added) <= 0) low = middle + 1;
    else high = middle;
  }
  return list.toSpliced(low, 0, added);
}

/** Without those of a rule; null where nothing is left. */
export function withoutRule<T>(
  candidates: CandidateList<T> | null,
  rule: Candidate<T>['rule'],
): CandidateList<T> | null {
  if (candidates === null) return null;
  if (!isList(candidates)) return candidates.rule === rule ? null : candidates;
  const rest = candidates.filter((candidate) => candidate.rule !== rule);
  return rest.length > 1 ? rest : (rest[0] ?? null);
}

function isList<T>(candidates: CandidateList<T>): candidates is readonly Candidate<T>[] {
  return Array.isArray(candidates);
}

function answerOf<T>(candidate: Candidate<T>, question: RoutingQuestion): Found<T> | null {
  const accepts = candidate.accepts(question);
  if (accepts === true) return candidate;
  return accepts === null ? undecided : null;
}

/** Puts candidates of one node in the order in which they are tried. */
function compareCandidates<T>(a: Candidate<T>, b: Candidate<T>): number {
  return (
    b.rule.priority - a.rule.priority ||
    b.source.length - a.source.length ||
    a.rule.createdRevision - b.rule.createdRevision ||
    (a.rule.id < b.rule.id ? -1 : Number(a.rule.id > b.rule.id))
  );
}
