import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { resources, sampleRoute } from './samples.ts';
import { startControlPlane, type TestControlPlane } from './start-control-plane.ts';

const routes = `${resources}/routes`;
let plane: TestControlPlane;

beforeAll(async () => {
  plane = await startControlPlane();
});
afterAll(() => plane[Symbol.asyncDispose]());

async function headRevision(): Promise<number> {
  return (await plane.call('GET', '/api/v1/groups')).body.list[0].revision;
}

describe('what is refused', () => {
  test('a field that no route has is refused by name, and nothing is stored', async () => {
    const answer = await plane.call('PUT', `${routes}/bad`, { ...sampleRoute('/a'), urix: 1 });

    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatchObject({ code: 'INVALID', field: '/urix' });
    expect(answer.body.error.issues).toContainEqual(expect.objectContaining({ path: '/urix' }));
    expect((await plane.call('GET', `${routes}/bad`)).status).toBe(404);
  });

  test('a plugin that nobody has is refused where it stands', async () => {
    const answer = await plane.call('PUT', `${routes}/bad`, { ...sampleRoute('/a'), plugins: { 'no-such': {} } });

    expect(answer.body.error).toMatchObject({ message: 'unknown plugin [no-such]', field: '/plugins/no-such' });
  });

  test('what this build cannot serve is refused with the reason', async () => {
    const value = { uri: '/a', upstream: { type: 'my-balancer', nodes: { '127.0.0.1:1': 1 } } };
    const answer = await plane.call('PUT', `${routes}/bad`, value);

    expect(answer.status).toBe(400);
    expect(answer.body.error.field).toBe('/upstream/type');
    expect(answer.body.error.message).toContain('is not served');
  });

  test('a duplicate key is refused, because one of its values would be lost', async () => {
    const answer = await plane.call('PUT', `${routes}/bad`, '{"uri":"/a","uri":"/b"}');

    expect(answer.status).toBe(400);
    expect(answer.body.error.message).toContain('duplicate key');
  });

  test('a resource of more than a megabyte is 413', async () => {
    const value = { ...sampleRoute('/a'), vars: [['arg_x', '==', 'x'.repeat(1_100_000)]] };

    expect((await plane.call('PUT', `${routes}/bad`, value)).status).toBe(413);
  });

  test('an unknown kind and an unknown group are 404 and named', async () => {
    const kind = await plane.call('GET', `${resources}/wheels`);
    const group = await plane.call('GET', '/api/v1/groups/nowhere/resources/routes');

    expect(kind).toMatchObject({ status: 404, body: { error: { message: expect.stringContaining('wheels') } } });
    expect(group).toMatchObject({ status: 404, body: { error: { message: expect.stringContaining('nowhere') } } });
  });

  test('a route that points to a service that does not exist is refused, naming both', async () => {
    const answer = await plane.call('PUT', `${routes}/bad`, { uri: '/a', service_id: 'gone' });

    expect(answer.body.error).toMatchObject({
      message: 'failed to fetch service info by service id [gone], response code: 404',
      field: '/service_id',
    });
  });

  test('an upstream that a route still uses is deleted only by force', async () => {
    await plane.call('PUT', `${resources}/upstreams/used`, { nodes: { '127.0.0.1:1': 1 } });
    await plane.call('PUT', `${routes}/user`, { uri: '/u', upstream_id: 'used' });

    const refused = await plane.call('DELETE', `${resources}/upstreams/used`);
    expect(refused.status).toBe(400);
    expect(refused.body.error.message).toBe('can not delete this upstream, route [user] is still using it now');

    expect((await plane.call('DELETE', `${resources}/upstreams/used?force=true`)).status).toBe(200);
  });
});

describe('preconditions', () => {
  test('a write that expects another revision is 412 and changes nothing', async () => {
    const first = await plane.call('PUT', `${routes}/match`, sampleRoute('/1'));
    await plane.call('PUT', `${routes}/match`, sampleRoute('/2'));

    const etag = first.headers.get('etag') ?? '';
    const stale = await plane.call('PUT', `${routes}/match`, sampleRoute('/3'), { 'if-match': etag });
    const staleDelete = await plane.call('DELETE', `${routes}/match`, undefined, { 'if-match': etag });

    expect([stale.status, staleDelete.status]).toEqual([412, 412]);
    expect((await plane.call('GET', `${routes}/match`)).body.value.uri).toBe('/2');
  });

  test('the ETag of a read lets the next write through', async () => {
    await plane.call('PUT', `${routes}/etag`, sampleRoute('/1'));
    const { headers } = await plane.call('GET', `${routes}/etag`);
    const etag = headers.get('etag') ?? '';

    expect((await plane.call('PUT', `${routes}/etag`, sampleRoute('/2'), { 'if-match': etag })).status).toBe(200);
  });

  test('If-None-Match: * creates and never replaces', async () => {
    const createOnly = { 'if-none-match': '*' };

    expect((await plane.call('PUT', `${routes}/once`, sampleRoute('/1'), createOnly)).status).toBe(201);
    expect((await plane.call('PUT', `${routes}/once`, sampleRoute('/2'), createOnly)).status).toBe(412);
  });
});

describe('writes', () => {
  test('a write that changes nothing makes no revision and keeps the time of change', async () => {
    const first = await plane.call('PUT', `${routes}/same`, sampleRoute('/same'));
    const second = await plane.call('PUT', `${routes}/same`, { ...first.body.resource.value });

    expect(second).toMatchObject({ status: 200, body: { revision: null, resource: first.body.resource } });
  });

  test('a replaced resource keeps its time of creation and the revision that created it', async () => {
    const first = await plane.call('PUT', `${routes}/kept`, sampleRoute('/1'));
    const second = await plane.call('PUT', `${routes}/kept`, sampleRoute('/2'));

    const { value, created_revision: created, modified_revision: modified } = second.body.resource;
    expect(value.create_time).toBe(first.body.resource.value.create_time);
    expect([created, modified]).toEqual([first.body.revision, second.body.revision]);
  });

  test('a dry run answers as the write would, and leaves no trace', async () => {
    const before = await headRevision();
    const dry = await plane.call('PUT', `${routes}/dry?dry_run=true`, sampleRoute('/dry'));

    expect(dry).toMatchObject({ status: 201, body: { revision: before + 1 } });
    expect(await headRevision()).toBe(before);
    expect((await plane.call('GET', `${routes}/dry`)).status).toBe(404);
  });

  test('a generated id skips one that somebody has taken by hand', async () => {
    const first = await plane.call('POST', routes, sampleRoute('/post'));
    const { id } = first.body.resource;
    expect(id).toMatch(/^\d{20}$/);

    const taken = String(Number(id) + 1).padStart(20, '0');
    await plane.call('PUT', `${routes}/${taken}`, sampleRoute('/by-hand'));
    const second = await plane.call('POST', routes, sampleRoute('/post'));

    expect(second.body.resource.id).toBe(String(Number(id) + 2).padStart(20, '0'));
  });
});

describe('change sets', () => {
  const changeSets = '/api/v1/groups/default/change-sets';

  test('one wrong change refuses the whole set, and every wrong field is named by its change', async () => {
    const before = await headRevision();
    const changes = [
      { op: 'put', kind: 'route', id: 'cs1', value: sampleRoute('/1') },
      { op: 'put', kind: 'route', id: 'cs2', value: { uri: 7, plugins: {} } },
      { op: 'put', kind: 'service', id: 'cs3', value: { nope: 1 } },
    ];
    const answer = await plane.call('POST', changeSets, { changes });

    expect(answer.status).toBe(400);
    const paths = answer.body.error.issues.map(({ path }: { path: string }) => path);
    expect(paths).toEqual(expect.arrayContaining(['/changes/1/value/uri', '/changes/2/value/nope']));
    expect(await headRevision()).toBe(before);
  });

  test('a set may refer to what it creates itself, in any order, and is one revision', async () => {
    const before = await headRevision();
    const changes = [
      { op: 'put', kind: 'route', id: 'cs-route', value: { uri: '/cs', service_id: 'cs-service' } },
      { op: 'put', kind: 'service', id: 'cs-service', value: { upstream_id: 'cs-upstream' } },
      { op: 'put', kind: 'upstream', id: 'cs-upstream', value: { nodes: { '127.0.0.1:1': 1 } } },
    ];

    expect((await plane.call('POST', changeSets, { changes })).body).toEqual({
      revision: before + 1,
      changes: 3,
      warnings: [],
    });
  });

  test('a set that deletes what another of its changes refers to is refused', async () => {
    const changes = [
      { op: 'delete', kind: 'upstream', id: 'cs-upstream' },
      { op: 'put', kind: 'route', id: 'cs-other', value: { uri: '/o', upstream_id: 'cs-upstream' } },
    ];
    const answer = await plane.call('POST', changeSets, { changes });

    expect(answer).toMatchObject({ status: 400, body: { error: { field: '/changes/1/value/upstream_id' } } });
  });

  test('a set that names one resource twice is refused', async () => {
    const change = { op: 'put', kind: 'route', id: 'twice', value: sampleRoute('/t') };

    expect((await plane.call('POST', changeSets, { changes: [change, change] })).status).toBe(400);
  });
});

describe('lists', () => {
  beforeAll(async () => {
    for (const [i, name] of ['Delta', 'alpha', 'Charlie', 'bravo'].entries()) {
      const value = { ...sampleRoute(`/list/${i}`), name, labels: { team: i % 2 ? 'odd' : 'even', [`l${i}`]: 'x' } };
      await plane.call('PUT', `${routes}/list-${i}`, value);
    }
  });

  const names = async (query: string): Promise<string[]> => {
    const { body } = await plane.call('GET', `${routes}?search=/list/&${query}`);
    return body.list.map(({ value }: { value: { name: string } }) => value.name);
  };

  test('sorts by name whatever the case', async () => {
    expect(await names('sort=name')).toEqual(['alpha', 'bravo', 'Charlie', 'Delta']);
    expect(await names('sort=name&order=desc')).toEqual(['Delta', 'Charlie', 'bravo', 'alpha']);
  });

  test('filters by a label, and by a label with its value', async () => {
    expect(await names('label=l2')).toEqual(['Charlie']);
    expect(await names('label=team:odd&sort=name')).toEqual(['alpha', 'bravo']);
  });

  test('pages tell how many there are in all', async () => {
    const { body } = await plane.call('GET', `${routes}?search=LIST-&sort=id&page=2&page_size=3`);

    expect(body).toMatchObject({ total: 4, page: 2, page_size: 3, list: [{ id: 'list-3' }] });
  });

  test('a NUL in an id or a search is refused', async () => {
    for (const path of [`${routes}/%00`, `${routes}?search=%00`, '/api/v1/groups/%00/overview']) {
      expect(await plane.call('GET', path)).toMatchObject({ status: 400, body: { error: { code: 'INVALID' } } });
    }
  });

  test('a page size over 500 and an unknown order are refused', async () => {
    expect((await plane.call('GET', `${routes}?page_size=501`)).status).toBe(400);
    expect((await plane.call('GET', `${routes}?sort=colour`)).status).toBe(400);
  });
});
