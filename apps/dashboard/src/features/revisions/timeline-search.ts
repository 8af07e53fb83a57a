import { isDay, momentsOf } from '../../api/days.ts';
import type { RevisionFilter } from '../../api/queries.ts';

/** Which revisions the address of the timeline asks for: all filters are and-ed. */
export type TimelineSearch = RevisionFilter;

const words = ['text', 'kind', 'id', 'author', 'source', 'label'] as const;
const days = ['from', 'to'] as const;
const unfolded = ['id', 'author', 'source', 'label', ...days] as const;

/** Reads the timeline's address; what makes no sense is left out. A number is still a word to search for. */
export function readTimelineSearch(raw: Record<string, unknown>): TimelineSearch {
  const isWord = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value) && value !== '';
  const named = words.filter((key) => isWord(raw[key])).map((key) => [key, String(raw[key])]);
  const dated = days.filter((key) => isDay(raw[key])).map((key) => [key, raw[key]]);
  return Object.fromEntries([...named, ...dated]) as TimelineSearch;
}

/** The question to the control plane that the address means. */
export function revisionFilter({ from, to, ...rest }: TimelineSearch): RevisionFilter {
  return { ...rest, ...momentsOf({ from, to }) };
}

/** The address with another value at one place; an empty one leaves it out. */
export function withFilter(search: TimelineSearch, key: keyof TimelineSearch, value: string | null): TimelineSearch {
  const { [key]: _former, ...rest } = search;
  return value === null || value === '' ? rest : { ...rest, [key]: value };
}

/** How many filters stand behind “More filters”. */
export function hiddenFilters(search: TimelineSearch): number {
  return unfolded.filter((key) => search[key] !== undefined).length;
}
