import { expect, test } from 'vitest';
import { listParams, nextOrder, readListSearch } from './list-search.ts';

test('what makes no sense in an address is left out', () => {
  expect(readListSearch({ page: '0', order: 'up', search: '', sort: {}, extra: 1 })).toEqual({});
  expect(readListSearch({ page: '1.5' })).toEqual({});
});

test('a number in an address is still a word to search for', () => {
  expect(readListSearch({ search: 404, page: '3' })).toEqual({ search: '404', page: 3 });
});

test('without an order, what changed last comes first', () => {
  expect(listParams({})).toEqual({ page: 1, page_size: 20, sort: 'update_time', order: 'desc' });
});

test('a second click on a column turns its order, and any click goes back to the first page', () => {
  const once = nextOrder({ page: 4, search: 'x' }, 'name');

  expect(once).toEqual({ search: 'x', sort: 'name', order: 'asc' });
  expect(nextOrder(once, 'name').order).toBe('desc');
});
