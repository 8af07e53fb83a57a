import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { sampleConsumer, sampleRoute } from './samples.ts';
import { startControlPlane, type TestControlPlane } from './start-control-plane.ts';

const admin = '/apisix/admin';
let plane: TestControlPlane;

beforeAll(async () => {
  plane = await startControlPlane();
});
afterAll(() => plane[Symbol.asyncDispose]());

const nulRefused = { error_msg: 'The path and the query must not hold a NUL character.' };

describe('refusals in the words that clients compare', () => {
  type Case = [name: string, method: string, path: string, body: unknown, status: number, answer: unknown];
  const cases: Case[] = [
    ['an unknown kind', 'GET', '/pets', undefined, 404, { error_msg: 'Unsupported resource type: pets' }],
    [
      'a number that is no id',
      'PUT',
      '/routes',
      { id: -100, ...sampleRoute('/a') },
      400,
      { error_msg: 'invalid configuration: property "id" validation failed: object matches none of the required' },
    ],
    ['a missing resource', 'GET', '/routes/none', undefined, 404, { message: 'Key not found' }],
    ['a missing resource to delete', 'DELETE', '/routes/none', undefined, 404, { message: 'Key not found' }],
    ['a missing resource to patch', 'PATCH', '/routes/none', {}, 404, { message: 'Key not found' }],
    ['a put without a body', 'PUT', '/routes/1', undefined, 400, { error_msg: 'missing configurations' }],
    ['a patch without a body', 'PATCH', '/routes/1', undefined, 400, { error_msg: 'missing new configuration' }],
    ['a put without an id', 'PUT', '/routes', sampleRoute('/a'), 400, { error_msg: 'missing route id' }],
    ['metadata of no plugin', 'PUT', '/plugin_metadata', {}, 400, { error_msg: 'missing plugin name' }],
    ['a secret store without a name', 'PATCH', '/secrets/vault', {}, 400, { error_msg: 'no secret id' }],
    ['a delete without an id', 'DELETE', '/plugin_configs', undefined, 400, { error_msg: 'missing plugin config id' }],
    [
      'an id in the body of a post',
      'POST',
      '/routes',
      { id: 1, ...sampleRoute('/a') },
      400,
      { error_msg: 'wrong route id, do not need it' },
    ],
    ['two different ids', 'PUT', '/routes/1', { id: 2, ...sampleRoute('/a') }, 400, { error_msg: 'wrong route id' }],
    ['two different names', 'PUT', '/consumers/a', { username: 'b' }, 400, { error_msg: 'wrong username' }],
    [
      'a consumer without a name',
      'PUT',
      '/consumers',
      {},
      400,
      { error_msg: 'invalid configuration: property "username" is required' },
    ],
    [
      'a method that a kind does not offer',
      'POST',
      '/consumers',
      {},
      405,
      { error_msg: 'not supported `POST` method for consumer' },
    ],
    [
      'times set by hand',
      'PUT',
      '/routes/1',
      { ...sampleRoute('/a'), create_time: 1, upstream: { nodes: {}, update_time: 2 } },
      400,
      { error_msg: 'the property is forbidden:  create_time upstream.update_time' },
    ],
    [
      'a time to live that is no number',
      'PUT',
      '/routes/1?ttl=soon',
      sampleRoute('/a'),
      400,
      { error_msg: 'invalid argument ttl: should be a number' },
    ],
    [
      'a page size out of bounds',
      'GET',
      '/routes?page=1&page_size=5',
      undefined,
      400,
      expect.stringMatching(/^page_size/),
    ],
    ...['1e300', 'Infinity', 'two', '1.5'].map((page): Case => [
      `a page ${page}`,
      'GET',
      `/routes?page=${page}&page_size=10`,
      undefined,
      400,
      { error_msg: 'invalid argument page: should be a whole number' },
    ]),
    ...[[], null].map((body): Case => [
      `a put of ${JSON.stringify(body)}`,
      'PUT',
      '/routes/1',
      JSON.stringify(body),
      400,
      { error_msg: `invalid configuration: wrong type: expected object, got ${body ? 'table' : 'userdata'}` },
    ]),
    ...['/routes/%00', '/routes?label=%00', '/routes?filter=service_id%3D%00', '/routes?filter=service_id%3D%2500'].map(
      (path): Case => [`a NUL in ${path}`, 'GET', path, undefined, 400, nulRefused],
    ),
    ['a pattern with lookaround', 'GET', '/routes?name=(?=a)', undefined, 400, { error_msg: expect.any(String) }],
    ['an unknown plugin', 'GET', '/plugins/none', undefined, 404, { error_msg: 'plugin not found in subsystem http' }],
    ['an unknown schema', 'GET', '/schema/none', undefined, 400, { error_msg: 'not found schema: none' }],
  ];

  test.each(cases)('%s', async (_name, method, path, body, status, answer) => {
    expect(await plane.call(method, admin + path, body)).toMatchObject({ status, body: answer });
  });

  test('a missing and a wrong key, without the header that says a key was accepted', async () => {
    const missing = await fetch(`${plane.url}${admin}/routes`);
    const wrong = await plane.call('GET', `${admin}/routes`, undefined, { 'x-api-key': 'wrong' });

    expect(await missing.json()).toEqual({ error_msg: 'failed to check token', description: 'missing apikey' });
    expect(wrong.body).toEqual({ error_msg: 'failed to check token', description: 'wrong apikey' });
    expect([missing.status, missing.headers.get('x-api-version')]).toEqual([401, null]);
  });

  test('a body that is no JSON is shown only in part', async () => {
    const answer = await plane.call('PUT', `${admin}/routes/1`, `{"uri":${'x'.repeat(1000)}`);

    expect(answer.status).toBe(400);
    expect(answer.body.error_msg).toMatch(/^invalid request body: /);
    expect(answer.body.req_body).toHaveLength(32);
  });

  test('a body over 1.5 MiB is a bad request that tells both sizes', async () => {
    const answer = await plane.call('PUT', `${admin}/routes/1`, 'x'.repeat(1_572_865));

    expect(answer).toMatchObject({
      status: 400,
      body: {
        error_msg: 'invalid request body: request size 1572865 is greater than the maximum size 1572864 allowed',
      },
    });
  });
});

describe('writes', () => {
  test('secrets are answered as APISIX stores them, and read as they were sent', async () => {
    const written = await plane.call('PUT', `${admin}/consumers/jack`, {
      username: 'jack',
      plugins: { 'key-auth': { key: 'auth-one' } },
    });
    expect(written.body.value.plugins).toEqual({ 'key-auth': { key: '4y+JvURBE6ZwRbbgaryrhg==' } });
    const elsewhere = { 'key-auth': { key: '$env://KEY' } };
    const credential = await plane.call('PUT', `${admin}/consumers/jack/credentials/c`, { plugins: elsewhere });
    expect(credential.body.value.plugins).toEqual(elsewhere);
    const store = await plane.call('PUT', `${admin}/secrets/vault/v`, { uri: 'http://v', prefix: 'p', token: 'root' });
    expect(store.body.value.token).toBe('root');
    const read = await plane.call('GET', `${admin}/consumers/jack`);
    expect(read.body.value.plugins).toEqual({ 'key-auth': { key: 'auth-one' } });
    for (const path of ['consumers/jack', 'secrets/vault/v']) await plane.call('DELETE', `${admin}/${path}`);
  });

  test('of a key that is there twice the last value counts, and the sender is told', async () => {
    const { uri, ...rest } = { ...sampleRoute('/a'), desc: 'two' };
    const text = `{"uri":"${uri}","desc":"one",\n${JSON.stringify(rest).slice(1)}`;
    const answer = await plane.call('PUT', `${admin}/routes/double`, text);
    expect([answer.status, answer.body.value.desc]).toEqual([201, 'two']);
    expect(answer.headers.get('warning')).toBe(
      `299 - "a key is there twice, at line 2, column ${text.indexOf('"desc":"two"') - text.indexOf('\n')}: the last value counts"`,
    );
    const patched = await plane.call('PATCH', `${admin}/routes/double`, '{"desc":"three"}');
    expect(patched.headers.get('warning')).toBeNull();
    await plane.call('DELETE', `${admin}/routes/double`);
  });

  test('a put answers 201 with the stored value, and 200 when the route was there', async () => {
    const created = await plane.call('PUT', `${admin}/routes/r1`, sampleRoute('/a'));
    const replaced = await plane.call('PUT', `${admin}/routes/r1`, sampleRoute('/b'));

    expect(created).toMatchObject({ status: 201, body: { key: '/apisix/routes/r1', value: { id: 'r1', uri: '/a' } } });
    expect(created.body.value).not.toHaveProperty('priority');
    expect(replaced).toMatchObject({ status: 200, body: { value: { create_time: created.body.value.create_time } } });
  });

  test('a read tells by revisions when the route was made and last changed', async () => {
    const { body } = await plane.call('GET', `${admin}/routes/r1`);

    expect(body.modifiedIndex).toBe(body.createdIndex + 1);
  });

  test('the id may stand in the body alone, as a number too', async () => {
    expect((await plane.call('PUT', `${admin}/routes`, { id: 7, ...sampleRoute('/7') })).body.key).toBe(
      '/apisix/routes/7',
    );
  });

  test('a patch merges, null deletes, arrays are replaced', async () => {
    const value = { ...sampleRoute('/p'), methods: ['GET', 'POST'], desc: 'gone', labels: { a: '1', b: '2' } };
    await plane.call('PUT', `${admin}/routes/p1`, value);
    const { body } = await plane.call('PATCH', `${admin}/routes/p1`, {
      methods: ['PUT'],
      desc: null,
      labels: { b: '3' },
    });

    expect(body.value).toMatchObject({ methods: ['PUT'], labels: { a: '1', b: '3' }, uri: '/p' });
    expect(body.value).not.toHaveProperty('desc');
  });

  test('no patch takes the id away', async () => {
    const { body } = await plane.call('PATCH', `${admin}/routes/p1`, { id: null });
    await plane.call('PATCH', `${admin}/routes/p1/id`, 'null');

    expect(body.value.id).toBe('p1');
    expect((await plane.call('GET', `${admin}/routes/p1`)).body.value.id).toBe('p1');
  });

  test('a patch of a sub-path replaces that part, and refuses a way through what is no object', async () => {
    const { body } = await plane.call('PATCH', `${admin}/routes/p1/upstream/nodes`, { '127.0.0.1:9': 2 });
    const lost = await plane.call('PATCH', `${admin}/routes/p1/uri/deeper`, '"x"');

    expect(body.value.upstream.nodes).toEqual({ '127.0.0.1:9': 2 });
    expect(lost).toMatchObject({ status: 400, body: { error_msg: 'invalid sub-path: /uri/deeper' } });
  });

  test('patches that race all take effect', async () => {
    const patches = Array.from({ length: 4 }, (_, i) => plane.call('PATCH', `${admin}/routes/p1/labels/n${i}`, '"x"'));
    const statuses = (await Promise.all(patches)).map(({ status }) => status);

    expect(statuses).toEqual([200, 200, 200, 200]);
    const { body } = await plane.call('GET', `${admin}/routes/p1`);
    expect(body.value.labels).toMatchObject({ n0: 'x', n1: 'x', n2: 'x', n3: 'x' });
  });

  test('a consumer is put under its name and read back with its key', async () => {
    await plane.call('PUT', `${admin}/consumers`, sampleConsumer('jack', 'jacks-key'));
    const { body } = await plane.call('GET', `${admin}/consumers/jack`);

    expect(body).toMatchObject({
      key: '/apisix/consumers/jack',
      value: { plugins: { 'key-auth': { key: 'jacks-key' } } },
    });
  });

  test('a plugin may stand in one global rule only', async () => {
    await plane.call('PUT', `${admin}/global_rules/1`, { plugins: { prometheus: {} } });
    const second = await plane.call('PUT', `${admin}/global_rules/2`, { plugins: { prometheus: {} } });

    expect(second.body).toEqual({ error_msg: "plugin 'prometheus' already exists in global rule with id '1'" });
  });

  test('a delete answers with what it deleted', async () => {
    const { body } = await plane.call('DELETE', `${admin}/routes/7`);

    expect(body).toEqual({ deleted: '1', key: '/apisix/routes/7' });
  });

  test('a resource with a time to live is deleted when it ends, by a revision of its own', async () => {
    await plane.call('PUT', `${admin}/routes/brief?ttl=1`, sampleRoute('/brief'));

    await vi.waitFor(async () => expect((await plane.call('GET', `${admin}/routes/brief`)).status).toBe(404), 10_000);
    const { body } = await plane.call('GET', '/api/v1/groups/default/revisions?kind=route&id=brief&limit=1');
    expect(body.list[0]).toMatchObject({
      source: 'ttl',
      author: 'system',
      changes: [{ id: 'brief', action: 'delete' }],
    });
  });
});
