import { secretPointers } from '@sluice/schema';
import { ending, startGateway, startUpstream } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { trafficSplit } from './plugin.ts';
import { trafficSplitSchema } from './schema.ts';

/** A gateway whose route leads to `own`; `rulesFor` is given the nodes of two more upstreams. */
async function start(rulesFor: (a: string, b: string) => readonly object[]) {
  const [own, a, b] = await Promise.all(
    ['own', 'a', 'b'].map((name) => startUpstream((_req, res) => void res.end(name))),
  );
  if (!own || !a || !b) throw new Error('not reached');
  const plugins = { 'traffic-split': { rules: rulesFor(a.node, b.node) } };
  const gateway = await startGateway([trafficSplit], { uri: '/*', upstream: own.url, plugins });
  return ending(
    {
      gateway,
      nodes: { a: a.node, b: b.node },
      /** Bodies of answers to requests that come one after the other. */
      async bodies(count: number, path = '/') {
        const seen: string[] = [];
        for (let i = 0; i < count; i += 1) seen.push((await gateway.get(path)).body);
        return seen.join(' ');
      },
    },
    gateway,
    own,
    a,
    b,
  );
}

const to = (node: string) => ({ nodes: { [node]: 1 } });
const when = (...vars: readonly unknown[]) => ({ vars });

describe('a request goes nowhere', () => {
  test('where its upstream does not exist, and does when it comes', async () => {
    await using split = await start(() => [{ weighted_upstreams: [{ upstream_id: 'later' }] }]);
    const refused = await split.gateway.get('/');
    expect([refused.statusCode, refused.body]).toEqual([500, 'failed to fetch upstream info by upstream id: later']);

    split.gateway.apply({ kind: 'upstream', id: 'later', value: to(split.nodes.a) });
    expect(await split.bodies(1)).toBe('a');
    split.gateway.apply({ kind: 'upstream', id: 'later', value: to(split.nodes.b) });
    expect(await split.bodies(1)).toBe('b');
    split.gateway.apply({ kind: 'upstream', id: 'later', value: null });
    expect((await split.gateway.get('/')).statusCode).toBe(500);
  });
});

describe('requests are divided', () => {
  test('exactly by weight, the route’s own upstream among them', async () => {
    await using split = await start((a, b) => [
      { weighted_upstreams: [{ upstream: to(a), weight: 3 }, { upstream: to(b), weight: 0 }, { weight: 1 }] },
    ]);
    expect(await split.bodies(8)).toBe('a a own a a a own a');
  });

  test('exactly by weight also where many come at once', async () => {
    await using split = await start((a) => [{ weighted_upstreams: [{ upstream: to(a), weight: 1 }, { weight: 3 }] }]);
    const answers = await Promise.all(Array.from({ length: 64 }, () => split.gateway.get('/')));
    expect(answers.filter(({ body }) => body === 'a')).toHaveLength(16);
  });

  test('by the first rule that one of its conditions matches', async () => {
    await using split = await start((a, b) => [
      {
        match: [when(['arg_name', '==', 'jack'], ['arg_age', '>', 17]), when(['arg_name', '==', 'rose'])],
        weighted_upstreams: [{ upstream: to(a) }],
      },
      { match: [when(['arg_name', '==', 'jack'])], weighted_upstreams: [{ upstream: to(b) }] },
    ]);
    expect(await split.bodies(1, '/?name=jack&age=18')).toBe('a');
    expect(await split.bodies(1, '/?name=rose')).toBe('a');
    expect(await split.bodies(1, '/?name=jack&age=9')).toBe('b');
    expect(await split.bodies(1, '/?name=ann')).toBe('own');
  });

  test('by what stands in their body', async () => {
    await using split = await start((a) => [
      { match: [when(['post_arg_id', '==', '1'])], weighted_upstreams: [{ upstream: to(a) }] },
    ]);
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const send = async (body: string) =>
      (await split.gateway.request({ method: 'POST', path: '/', headers, body })).body;
    expect([await send('id=1'), await send('id=2'), (await split.gateway.get('/')).body]).toEqual(['a', 'own', 'own']);
  });

  test('not at all without rules, or by a rule that says nothing', async () => {
    await using none = await start(() => []);
    await using empty = await start(() => [{}]);
    expect([await none.bodies(2), await empty.bodies(2)]).toEqual(['own own', 'own own']);
  });

  test('by their turns, which explaining does not take', async () => {
    await using split = await start((a) => [{ weighted_upstreams: [{ upstream: to(a) }, {}] }]);
    const request = { url: '/', method: 'GET', headers: {}, client_ip: '127.0.0.1', send: false };
    await split.gateway.engine.explain(request);
    expect(await split.bodies(2)).toBe('a own');
  });
});

test('what rules name and keep secret is found where it stands', () => {
  const tls = { client_cert_id: 'c', client_key: 'k' };
  const value = { rules: [{ weighted_upstreams: [{ upstream_id: 'a' }, { upstream: { tls } }] }] };
  const named = secretPointers(value, Object.keys(trafficSplitSchema.references));
  const upstreams = '/rules/0/weighted_upstreams';
  expect(named).toEqual([`${upstreams}/0/upstream_id`, `${upstreams}/1/upstream/tls/client_cert_id`]);
  expect(secretPointers(value, trafficSplitSchema.secrets.config)).toEqual([`${upstreams}/1/upstream/tls/client_key`]);
});

const bad = { upstream: { nodes: { '127.0.0.1:1': 1 }, pass_host: 'rewrite' } };

test.each([
  [
    [{ match: [when(['arg_name', '123', 'jack'])] }],
    "failed to validate the 'vars' expression: invalid operator '123'",
  ],
  [[{ weighted_upstreams: [] }], 'property "weighted_upstreams" validation failed'],
  [[{ weighted_upstreams: [{ weight: -1 }] }], 'property "weight" validation failed'],
  [[{ weighted_upstreams: [{ upstream_id: 'no/id' }] }], 'property "upstream_id" validation failed'],
  [[{ weighted_upstreams: [{ upstream: {} }] }], 'property "upstream" validation failed'],
  [[{}, { weighted_upstreams: [{}, bad] }], 'invalid rules[1].weighted_upstreams[1].upstream: `upstream_host` can'],
  [[{ weighted_upstreams: [{ upstream: { ...to('h:1'), type: 'dice' } }] }], 'property "type" is not served'],
  [[{ weighted_upstreams: [{ upstream_id: 1, weight: 0 }] }], 'rules[0].weighted_upstreams needs a weight above 0'],
])('the rules %j are refused', async (rules, message) => {
  const route = { uri: '/', upstream: 'http://127.0.0.1:1', plugins: { 'traffic-split': { rules } } };
  await expect(startGateway([trafficSplit], route)).rejects.toThrow(message);
});
