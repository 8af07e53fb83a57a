import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { addPluginReload } from './plugin-reload.ts';

async function ask(method: 'PUT' | 'GET' | 'POST', type?: string) {
  const app = Fastify();
  addPluginReload(app);
  const headers = { 'content-length': '0', ...(type !== undefined && { 'content-type': type }) };
  const { statusCode, body } = await app.inject({ method, url: '/v1/plugins/reload', headers });
  return { statusCode, body };
}

test.each(['GET', 'POST'] as const)('plugins are not loaded by %s', async (method) => {
  expect((await ask(method)).statusCode).toBe(404);
});

test.each([undefined, 'application/x-www-form-urlencoded', 'application/json'])(
  'a client that asks for plugins to be loaded hears that it is done, whatever type its empty body has: %s',
  async (type) => {
    expect(await ask('PUT', type)).toEqual({ statusCode: 200, body: 'done' });
  },
);
