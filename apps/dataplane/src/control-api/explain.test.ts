import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { addExplain } from './explain.ts';

function api() {
  const asked: unknown[] = [];
  const app = Fastify();
  addExplain(app, async (request) => (asked.push(request), { route: null }));
  const post = async (payload: object) => {
    const { statusCode, body } = await app.inject({ method: 'POST', url: '/v1/explain', payload });
    return [statusCode, body] as const;
  };
  return { asked, post };
}

test.each([
  [{}, 'property "url" is required'],
  [{ url: 'nowhere' }, 'url'],
  [{ url: '/a b' }, 'url'],
  [{ url: '/', method: 'GET /' }, 'method'],
  [{ url: '/', client_ip: 'me' }, 'client_ip'],
  [{ url: '/', more: 1 }, 'more'],
])('%j is refused by name, and nothing is asked', async (payload, name) => {
  const { asked, post } = api();
  const [status, body] = await post(payload);
  expect([status, body.includes(JSON.stringify(name).slice(1, -1))]).toEqual([400, true]);
  expect(asked).toEqual([]);
});

test('what is left out has its usual value', async () => {
  const { asked, post } = api();
  expect(await post({ url: '/a?b=c' })).toEqual([200, '{"route":null}']);
  expect(asked).toEqual([{ url: '/a?b=c', method: 'GET', headers: {}, client_ip: '127.0.0.1', send: false }]);
});
