/** A list page that somebody asks for, by what it stands for. */
export interface ListPage {
  readonly name: string;
  readonly path: string;
}

const admin = '/apisix/admin/routes';
const api = '/api/v1/groups/default/resources/routes';

/** The pages of lists that clients and the dashboard really ask for. */
export const listPages: readonly ListPage[] = [
  { name: 'Admin API: first page', path: `${admin}?page=1&page_size=100` },
  { name: 'Admin API: last page', path: `${admin}?page=1000&page_size=100` },
  { name: 'Admin API: by name', path: `${admin}?page=1&page_size=100&name=route-4711` },
  { name: 'Admin API: by path', path: `${admin}?page=1&page_size=100&uri=service-4711` },
  { name: 'Admin API: by label', path: `${admin}?page=1&page_size=100&label=tier` },
  { name: 'Admin API: by service', path: `${admin}?page=1&page_size=100&filter=service_id%3Dshared` },
  { name: 'api/v1: first page', path: api },
  { name: 'api/v1: newest first', path: `${api}?sort=created_revision&order=desc` },
  { name: 'api/v1: last page', path: `${api}?page=5000` },
  { name: 'api/v1: by name', path: `${api}?sort=name` },
  { name: 'api/v1: last changed first', path: `${api}?sort=update_time&order=desc` },
  { name: 'api/v1: by id', path: `${api}?sort=id&order=desc` },
  { name: 'api/v1: search, one found', path: `${api}?search=route-47110` },
  { name: 'api/v1: search, many found', path: `${api}?search=team-7` },
  { name: 'api/v1: search, none found', path: `${api}?search=nowhere-at-all` },
  { name: 'api/v1: search by name', path: `${api}?search=service-4&sort=name` },
  { name: 'api/v1: by label', path: `${api}?label=tier%3Agold&sort=update_time&order=desc` },
];
