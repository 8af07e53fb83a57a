import { kinds } from '@sluice/schema';
import { expect, test } from 'vitest';
import { managedFields } from '../resources/draft.ts';
import { screenCatalogue } from './screens.tsx';

const places = [...screenCatalogue.screens.values()].map((screen) => [screen.kind, screen] as const);

test.each(places)('every field of a %s has a place in its form, and no place is for nothing', (name, screen) => {
  const kind = [...kinds.values()].find((known) => known.name === name);
  const { properties = {} } = (kind?.schema ?? {}) as { properties?: object };
  const fields = Object.keys(properties);
  const placed = Object.values(screen.groups).flat();

  const apart = new Set<string>(['id', ...managedFields]);
  expect(fields.filter((key) => !apart.has(key) && !placed.includes(key))).toEqual([]);
  expect(placed.filter((key) => !fields.includes(key))).toEqual([]);
  expect(placed).toEqual([...new Set(placed)]);
});
