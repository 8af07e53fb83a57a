import type { ListParams } from '../../api/queries.ts';

/** By what the control plane can order a list. */
export type ListSort = NonNullable<ListParams['sort']>;

const sorts: readonly ListSort[] = ['id', 'name', 'update_time', 'create_time', 'created_revision'];

/** Resources on one page of a list. */
export const pageSize = 20;

/** What the address of a list says, so that a reload and a link show the same. */
export interface ListSearch {
  readonly search?: string;
  readonly label?: string;
  readonly sort?: ListSort;
  readonly order?: 'asc' | 'desc';
  readonly page?: number;
}

/** Reads a list's address; what makes no sense is left out. */
export function readListSearch(raw: Record<string, unknown>): ListSearch {
  const page = Number(raw['page']);
  const sort = sorts.find((known) => known === raw['sort']);
  return {
    ...text('search', raw['search']),
    ...text('label', raw['label']),
    ...(sort === undefined ? {} : { sort }),
    ...(raw['order'] === 'asc' || raw['order'] === 'desc' ? { order: raw['order'] } : {}),
    ...(Number.isInteger(page) && page > 1 ? { page } : {}),
  };
}

/** A number or a boolean in an address is still a word to search for. */
function text<K extends string>(key: K, value: unknown): { readonly [P in K]?: string } {
  const isWord = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return (isWord && value !== '' ? { [key]: String(value) } : {}) as { readonly [P in K]?: string };
}

/** The question to the control plane that a list's address means. Without an order, what changed last comes first. */
export function listParams({ page = 1, sort = 'update_time', order, ...filters }: ListSearch): ListParams {
  return { ...filters, page, page_size: pageSize, sort, order: order ?? (sort === 'update_time' ? 'desc' : 'asc') };
}

/** The address after a click on a column's head: first its natural order, then the other. */
export function nextOrder(search: ListSearch, sort: ListSort): ListSearch {
  const current = listParams(search);
  const isSame = current.sort === sort;
  const natural = sort === 'update_time' ? 'desc' : 'asc';
  const { page: _page, ...rest } = search;
  return { ...rest, sort, order: isSame ? (current.order === 'asc' ? 'desc' : 'asc') : natural };
}
