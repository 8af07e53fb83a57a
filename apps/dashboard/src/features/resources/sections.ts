import type { Screen } from './screen.ts';

/** A titled part of a form. */
export interface Section {
  readonly title: string;
  readonly keys: readonly string[];
}

/** The sections of a form: those that the screen names, then “Advanced” with every field that is left. */
export function sectionsOf(screen: Screen, keys: readonly string[], hidden: readonly string[]): Section[] {
  const visible = keys.filter((key) => !hidden.includes(key));
  const named = Object.entries(screen.groups).map(([title, group]) => ({
    title,
    keys: group.filter((key) => visible.includes(key)),
  }));
  const placed = new Set(named.flatMap((section) => section.keys));
  const rest = { title: 'Advanced', keys: visible.filter((key) => !placed.has(key)) };
  return [...named, rest].filter((section) => section.keys.length > 0);
}
