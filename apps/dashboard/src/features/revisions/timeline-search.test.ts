import { expect, test } from 'vitest';
import { hiddenFilters, readTimelineSearch, revisionFilter, withFilter } from './timeline-search.ts';

test('an address that makes no sense asks for everything', () => {
  expect(readTimelineSearch({ text: '', kind: {}, from: '2026-02-31', to: 'yesterday', page: 3 })).toEqual({});
});

test('a number is a word to search for', () => {
  expect(readTimelineSearch({ id: 42, text: true })).toEqual({ id: '42', text: 'true' });
});

test('a day is meant whole, in UTC', () => {
  expect(revisionFilter({ author: 'jane', from: '2026-11-20', to: '2026-12-31' })).toEqual({
    author: 'jane',
    from: '2026-11-20T00:00:00.000Z',
    to: '2027-01-01T00:00:00.000Z',
  });
});

test('a filter that is emptied leaves the address, and the folded ones are counted', () => {
  const search = { text: 'orders', author: 'jane', label: 'live' };

  expect(withFilter(search, 'author', '')).toEqual({ text: 'orders', label: 'live' });
  expect(hiddenFilters(search)).toBe(2);
});
