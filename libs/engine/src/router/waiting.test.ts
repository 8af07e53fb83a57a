import { rawClient, startGateway, startUpstream, type TestResource } from '@sluice/testing';
import { describe, expect, test } from 'vitest';

function routes(upstream: string, ...values: object[]): TestResource[] {
  return values.map((value, i) => ({ kind: 'route', id: String(i + 1), value: { uri: '/*', upstream, ...value } }));
}

const json = { 'content-type': 'application/json' };
const form = { 'content-type': 'application/x-www-form-urlencoded' };

describe('a route that asks for something in the body', () => {
  test('leaves a body that is too long alone: its variables are absent, and it is sent on whole', async () => {
    await using upstream = await startUpstream();
    await using gateway = await startGateway(
      [],
      routes(upstream.url, { vars: [['post_arg_k', '==', 'v']], priority: 1 }, {}),
      { readableBodyBytesMax: 1_000 },
    );
    const body = `k=v&rest=${'x'.repeat(200_000)}`;

    const response = await gateway.request({ method: 'POST', headers: form, body });

    expect(response.statusCode).toBe(200);
    expect(upstream.requests[0]?.body.toString()).toBe(body);
  });

  test('does not keep a client that leaves while its body is read', async () => {
    await using upstream = await startUpstream();
    await using gateway = await startGateway([], routes(upstream.url, { vars: [['post_arg_k', '==', 'v']] }));
    using client = await rawClient(gateway.port);

    client.send(`POST / HTTP/1.1\r\nHost: a\r\nContent-Type: ${form['content-type']}\r\nContent-Length: 100\r\n\r\nk=`);
    await expect.poll(() => gateway.engine.openRequests).toBe(1);
    client.socket.destroy();

    await expect.poll(() => gateway.engine.openRequests).toBe(0);
    expect(upstream.requests).toHaveLength(0);
  });

  test('is not passed over by a route of lower priority while the body is on its way', async () => {
    await using upstream = await startUpstream();
    await using gateway = await startGateway(
      [],
      routes(upstream.url, { vars: [['post_arg.kind', '==', 'big']], priority: 1, plugins: {} }, { uri: '/never' }),
    );

    const big = await gateway.request({ method: 'POST', headers: json, body: '{"kind":"big"}' });
    const small = await gateway.request({ method: 'POST', headers: json, body: '{"kind":"small"}' });

    expect([big.statusCode, small.statusCode]).toEqual([200, 404]);
    expect(upstream.requests[0]?.body.toString()).toBe('{"kind":"big"}');
  });

  test.each([
    ['a form', form, 'a=1&k=v%20w&k=x', ['post_arg_k', '==', 'v w'], 200],
    ['a form as a document', form, 'k=1&k=2', ['post_arg.k', 'has', '2'], 200],
    ['no form', json, 'k=v', ['post_arg_k', '==', 'v'], 404],
    ['a field of JSON', json, '{"user":{"tags":["a","b"]}}', ['post_arg.user.tags', 'has', 'b'], 200],
    ['a number in JSON', json, '{"n":10}', ['post_arg.n', '>', 9], 200],
    ['a path with a wildcard', json, '{"m":[{"t":"x"},{"t":"y"}]}', ['post_arg.m[*].t', 'has', 'y'], 200],
    ['any depth', json, '{"a":{"b":[{"model":"m1"}]}}', ['post_arg.$..model', 'has', 'm1'], 200],
    ['an index', json, '{"m":["a","b"]}', ['post_arg.m[-1]', '==', 'b'], 200],
    ['what only looks like JSON', json, '{"n":', ['post_arg.n', '==', null], 200],
    ['a name of the prototype', json, '{}', ['post_arg.constructor.name', '~~', '.*'], 404],
    ['the whole body', {}, 'needle in hay', ['request_body', '~~', 'needle'], 200],
  ])('reads %s', async (_, headers, body, rule, status) => {
    await using upstream = await startUpstream();
    await using gateway = await startGateway([], routes(upstream.url, { vars: [rule] }));

    const response = await gateway.request({ method: 'POST', headers: headers as Record<string, string>, body });

    expect(response.statusCode).toBe(status);
  });

  test('reads a form with files', async () => {
    await using upstream = await startUpstream();
    await using gateway = await startGateway([], routes(upstream.url, { vars: [['post_arg.kind', '==', 'photo']] }));
    const part = (name: string, value: string) =>
      `--b1\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
    const body = `${part('other', 'x')}${part('kind', 'photo')}--b1--\r\n`;

    const headers = { 'content-type': 'multipart/form-data; boundary=b1' };

    expect((await gateway.request({ method: 'POST', headers, body })).statusCode).toBe(200);
  });
});

describe('a route that asks for something in a GraphQL request', () => {
  const query = 'query repo { owner { name } ...f repo: repository { id } } mutation later { x }';
  test.each([
    ['its name', ['graphql_name', '==', 'repo'], { body: query }, 200],
    ['its operation', ['graphql_operation', '==', 'query'], { body: query }, 200],
    ['its root fields', ['graphql_root_fields', 'has', 'repository'], { body: query }, 200],
    ['no name', ['graphql_name', '==', ''], { body: '{ owner }' }, 200],
    ['JSON', ['graphql_name', '==', 'r'], { body: '{"query":"query r { a }"}', headers: json }, 200],
    ['what is no GraphQL', ['graphql_operation', '==', 'query'], { body: 'AA' }, 404],
    ['nesting without end', ['graphql_operation', '==', 'query'], { body: '{a'.repeat(100_000) }, 404],
  ])('finds %s', async (_, rule, request, status) => {
    await using upstream = await startUpstream();
    await using gateway = await startGateway([], routes(upstream.url, { vars: [rule] }));

    expect((await gateway.request({ method: 'POST', ...request })).statusCode).toBe(status);
  });

  test('finds the query of a GET in its arguments', async () => {
    await using upstream = await startUpstream();
    await using gateway = await startGateway(
      [],
      routes(upstream.url, { vars: [['graphql_root_fields', 'has', 'owner']] }),
    );

    expect((await gateway.get('/?query=query%7Bowner%7Bname%7D%7D')).statusCode).toBe(200);
    expect((await gateway.get('/?query=query%7Brepo%7D')).statusCode).toBe(404);
  });
});

describe('a route with a function', () => {
  test('that throws does not match, and the log says which route', async () => {
    await using upstream = await startUpstream();
    await using gateway = await startGateway(
      [],
      routes(upstream.url, { filter_func: 'function (vars) { return vars.http_x.length > 1; }' }),
    );

    expect((await gateway.get('/')).statusCode).toBe(404);
    expect((await gateway.get('/', { x: 'ab' })).statusCode).toBe(200);

    expect(gateway.log.lines.filter(({ level }) => level === 'error')).toMatchObject([
      { message: 'the function of a route failed', fields: { route: '1', failure: 'threw' } },
    ]);
  });

  test('that never ends fails its own match only, and other requests go on', async () => {
    await using upstream = await startUpstream();
    await using gateway = await startGateway(
      [],
      routes(upstream.url, { filter_func: 'function () { while (true); }', priority: 1 }, {}),
    );

    for (let i = 0; i < 5; i += 1) expect((await gateway.get('/')).statusCode).toBe(200);
  });

  test('may read the body', async () => {
    await using upstream = await startUpstream();
    const filter_func = "function (vars) { return vars['post_arg.items'].length === 2; }";
    await using gateway = await startGateway([], routes(upstream.url, { filter_func }));

    const ask = (body: string) => gateway.request({ method: 'POST', headers: json, body });

    expect((await ask('{"items":[1,2]}')).statusCode).toBe(200);
    expect((await ask('{"items":[1]}')).statusCode).toBe(404);
  });

  test('is found at once also behind many functions that nobody has asked before', async () => {
    await using upstream = await startUpstream();
    const others = Array.from({ length: 40 }, (_, i) => ({
      filter_func: `function () { return ${i} < 0; }`,
      priority: 1,
    }));
    await using gateway = await startGateway(
      [],
      routes(upstream.url, ...others, { filter_func: 'function () { return true; }' }),
    );

    const statuses = await Promise.all(Array.from({ length: 5 }, async () => (await gateway.get('/')).statusCode));

    expect(statuses).toEqual([200, 200, 200, 200, 200]);
  });

  test('of Lua is refused with a message that says so', async () => {
    const filter_func = "function(vars) return vars.arg_name == 'json' end";
    await expect(startGateway([], routes('http://127.0.0.1:1', { filter_func }))).rejects.toThrow('is Lua');
  });
});
