import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startControlPlane, type TestControlPlane } from './start-control-plane.ts';

const ROUTES = '/api/v1/groups/default/resources/routes';
const nodes = { '127.0.0.1:1980': 1 };
let plane: TestControlPlane;

beforeAll(async () => {
  plane = await startControlPlane();
  await plane.call('PUT', '/apisix/admin/services/s', {});
  const routes = [
    { id: 'a', uri: '/a', name: 'Zebra', labels: { team: 'red', 'a:b': 'c%d' } },
    { id: 'b', uris: ['/b', '/Second'], name: 'apple_pie', service_id: 's', labels: { team: 'blue' } },
    { id: 'c', uri: '/c', desc: '100% sure \\ "quoted"', host: 'x.example.com' },
  ];
  for (const route of routes) await plane.call('PUT', `${ROUTES}/${route.id}`, { upstream: { nodes }, ...route });
});
afterAll(() => plane[Symbol.asyncDispose]());

async function ids(query: string, base = ROUTES): Promise<string[]> {
  const { body } = await plane.call('GET', `${base}?${query}`);
  expect(body.total).toBeGreaterThanOrEqual(body.list.length);
  return body.list.map(({ id }: { id: string }) => id);
}

const search = (text: string) => ids(`search=${encodeURIComponent(text)}`);

describe('a search', () => {
  test.each(['%', '_', '\\', '100%', 'e_p', '%a', 'a%', '_ple'])('takes "%s" as it stands', async (text) => {
    const holders = [
      { id: 'a', text: 'a\nzebra\n/a\n{"a:b": "c%d", "team": "red"}' },
      { id: 'b', text: 'b\napple_pie\n["/b", "/second"]\n{"team": "blue"}' },
      { id: 'c', text: 'c\n100% sure \\ "quoted"\n/c\nx.example.com' },
    ];
    expect(await search(text)).toEqual(holders.filter((one) => one.text.includes(text)).map(({ id }) => id));
  });

  test('finds parts of names, paths, hosts and labels in any case, however short', async () => {
    expect(await search('ZEB')).toEqual(['a']);
    expect(await search('second')).toEqual(['b']);
    expect(await search('EXAMPLE.com')).toEqual(['c']);
    expect(await search('blue')).toEqual(['b']);
    expect(await search('z')).toEqual(['a']);
    expect(await search('nowhere')).toEqual([]);
  });
});

describe('a filter', () => {
  test('by label tells keys and values apart, whatever they hold', async () => {
    expect(await ids('label=team')).toEqual(['a', 'b']);
    expect(await ids('label=team%3Ared')).toEqual(['a']);
    expect(await ids('label=team%3Are')).toEqual([]);
    expect(await ids('label=red')).toEqual([]);
  });

  test('of the Admin API finds by pattern what its first look could not decide', async () => {
    const admin = async (query: string) => {
      const { body } = await plane.call('GET', `/apisix/admin/routes?${query}`);
      return body.list.map(({ value }: { value: { id: string } }) => value.id);
    };
    expect(await admin('name=Zeb')).toEqual(['a']);
    expect(await admin('name=zeb')).toEqual([]);
    expect(await admin('name=ap*le')).toEqual(['b']);
    expect(await admin('uri=%2FSecond')).toEqual(['b']);
    expect(await admin('uri=^%2F[ac]$')).toEqual(['a', 'c']);
    expect(await admin('filter=service_id%3Ds')).toEqual(['b']);
  });
});

describe('an order', () => {
  test.each(['id', 'name', 'update_time', 'create_time', 'created_revision'])(
    'by %s is turned round by its direction',
    async (sort) => {
      const rising = await ids(`sort=${sort}`);
      expect(rising).toHaveLength(3);
      expect(await ids(`sort=${sort}&order=desc`)).toEqual(rising.toReversed());
    },
  );

  test('by name is that of people, and what has none comes last', async () => {
    expect(await ids('sort=name')).toEqual(['b', 'a', 'c']);
  });
});

test('pages from the far half of a long list are what they are from the near one', async () => {
  await plane.database
    .query(`INSERT INTO resource (group_id, kind, id, body, value, hash, created_revision, modified_revision)
    SELECT 1, 'upstream', 'u' || n, json_build_object('id', 'u' || n)::text, jsonb_build_object('name', 'n' || n % 7), '\\x00', n, n
    FROM generate_series(1, 2503) AS n`);
  const base = '/api/v1/groups/default/resources/upstreams';
  for (const order of ['', 'order=desc&', 'sort=name&', 'sort=name&order=desc&']) {
    const pages = [];
    for (let page = 1; page <= 7; page += 1) pages.push(await ids(`${order}page_size=400&page=${page}`, base));
    expect(pages.map(({ length }) => length)).toEqual([400, 400, 400, 400, 400, 400, 103]);
    const back = [];
    const turned = order.includes('desc') ? order.replace('order=desc&', '') : `${order}order=desc&`;
    for (let page = 1; page <= 7; page += 1) back.push(await ids(`${turned}page_size=400&page=${page}`, base));
    expect(pages.flat()).toEqual(back.flat().toReversed());
    expect(new Set(pages.flat()).size).toBe(2503);
    expect(await ids(`${order}page_size=400&page=8`, base)).toEqual([]);
    expect(await ids(`${order}page_size=400&page=900`, base)).toEqual([]);
  }
  await plane.database.query(`DELETE FROM resource WHERE kind = 'upstream'`);
});

test('the listing follows every way in which resources come, change and go', async () => {
  const totals = async () => (await plane.call('GET', ROUTES)).body.total;
  const change = (changes: object[]) => plane.call('POST', '/api/v1/groups/default/change-sets', { changes });
  const put = (id: string, name: string) => ({
    op: 'put',
    kind: 'route',
    id,
    value: { uri: `/${id}`, name, upstream: { nodes } },
  });
  const before = await totals();
  await change([put('n1', 'new-one'), put('n2', 'new-two'), put('a', 'was-zebra')]);
  expect(await totals()).toBe(before + 2);
  expect(await search('new-')).toEqual(['n1', 'n2']);
  expect(await search('zebra')).toEqual(['a']);

  await change([{ op: 'delete', kind: 'route', id: 'n1' }, put('n2', 'newer')]);
  expect(await totals()).toBe(before + 1);
  expect(await search('new')).toEqual(['n2']);
  await plane.call('POST', '/api/v1/groups/default/revisions/4/rollback');
  expect(await totals()).toBe(before);
  expect(await search('zebra')).toEqual(['a']);
  const [difference] = await plane.database.query(`
    SELECT (SELECT count(*) FROM resource) - (SELECT count(*) FROM resource_listing) AS listing,
      (SELECT count(*) FROM resource) - (SELECT sum(count) FROM resource_tally) AS tally`);
  expect(difference).toEqual({ listing: 0, tally: expect.toSatisfy((value) => Number(value) === 0) });
});

test('fields of any type under the names that are listed keep nothing from being written', async () => {
  const odd = { name: 7, update_time: 'yesterday', create_time: 1e300, labels: [1], uris: 'x', uri: { a: 1 } };
  const store = `INSERT INTO resource (group_id, kind, id, body, value, hash, created_revision, modified_revision)
    VALUES (1, 'odd', 'x', '', $1, '\\x00', 1, 1)`;
  await plane.database.query(store, [JSON.stringify(odd)]);
  await plane.database.query(`DELETE FROM resource WHERE kind = 'odd'`);
  expect(await plane.database.query(`SELECT count FROM resource_tally WHERE list = '1/odd'`)).toEqual([{ count: 0 }]);
});
