import { describe, expect, test } from 'vitest';
import { startBearer } from './fixtures/start-openid.ts';

type House = Awaited<ReturnType<typeof startBearer>>;

const documents = ['/.well-known/openid-configuration', '/jwks'];
const asked = ({ provider }: House) => documents.map((path) => provider.asked(path));

/** A house with a second route to the same provider, which is reached as `more` says. */
async function startTwoRoutes(more: object = {}) {
  const house = await startBearer();
  const plugins = { 'openid-connect': { ...house.plugin, ...more } };
  house.gateway.apply({ kind: 'route', id: '2', value: { uri: '/other', upstream: house.upstream.url, plugins } });
  return house;
}

async function askBoth({ gateway, provider }: House): Promise<number[]> {
  const headers = { authorization: `Bearer ${provider.sign({})}` };
  const answers = await Promise.all([gateway.get('/', headers), gateway.get('/other', headers)]);
  return answers.map(({ statusCode }) => statusCode);
}

describe('what a provider publishes of itself is read', () => {
  test('once for all routes that use it, whatever else they say', async () => {
    await using house = await startTwoRoutes({ client_id: 'another', realm: 'elsewhere' });
    expect([await askBoth(house), asked(house)]).toEqual([
      [200, 200],
      [1, 1],
    ]);
  });

  test.each([{ ssl_verify: false }, { timeout: 4 }, { jwk_expires_in: 60 }, { cache_segment: 'a' }])(
    'by itself for a route that reaches it in another way: %j',
    async (more) => {
      await using house = await startTwoRoutes(more);
      expect([await askBoth(house), asked(house)]).toEqual([
        [200, 200],
        [2, 2],
      ]);
    },
  );

  test('not again when one of several routes goes away', async () => {
    await using house = await startTwoRoutes();
    await askBoth(house);
    house.gateway.apply({ kind: 'route', id: '1', value: null });
    const answer = await house.gateway.get('/other', { authorization: `Bearer ${house.provider.sign({})}` });
    expect([answer.statusCode, asked(house)]).toEqual([200, [1, 1]]);
  });

  test('again when all routes to it went away, and one has come back', async () => {
    await using house = await startBearer();
    const headers = { authorization: `Bearer ${house.provider.sign({})}` };
    const route = { uri: '/*', upstream: house.upstream.url, plugins: { 'openid-connect': house.plugin } };
    expect((await house.gateway.get('/', headers)).statusCode).toBe(200);
    house.gateway.apply({ kind: 'route', id: '1', value: null });
    expect((await house.gateway.get('/', headers)).statusCode).toBe(404);
    house.gateway.apply({ kind: 'route', id: '1', value: route });
    expect([(await house.gateway.get('/', headers)).statusCode, asked(house)]).toEqual([200, [2, 2]]);
  });
});
