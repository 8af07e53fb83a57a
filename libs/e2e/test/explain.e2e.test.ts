import { startUpstream } from '@sluice/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type House, startHouse } from '../src/index.ts';

const secret = 'let-me-see-0123456789';
let house: House;

beforeAll(async () => void (house = await startHouse({ SLUICE_EXPLAIN_SECRET: secret })));
afterAll(() => house[Symbol.asyncDispose]());

test('the control plane, the control API and the header explain the same request the same way', async () => {
  await using origin = await startUpstream((_req, res) => res.end('origin'));
  const nodes = { [origin.node]: 1 };
  await house.admin.put('consumer_groups/gold', {
    plugins: { 'proxy-rewrite': { headers: { set: { 'X-Tier': 'gold' } } } },
  });
  await house.admin.put('consumers/ann', {
    username: 'ann',
    group_id: 'gold',
    plugins: { 'key-auth': { key: 'secret-of-ann' } },
  });
  await house.admin.put('routes/shop', { uri: '/shop', upstream: { nodes }, plugins: { 'key-auth': {} } });
  await house.admin.put('routes/else', { uri: '/shop', methods: ['POST'], upstream: { nodes } });
  const { applied_revision: revision } = await house.untilInSync();
  const request = { url: '/shop', headers: { apikey: 'secret-of-ann' } };
  const expected = {
    route: { id: 'shop' },
    losers: [{ id: 'else', lost_by: 'method' }],
    consumer: { username: 'ann', group_id: 'gold' },
    upstream: { picked: origin.node },
    answer: { status: 200 },
  };

  const asked = await house.admin.call('POST', '/api/v1/groups/default/explain', request);
  expect(asked).toMatchObject({ status: 200, body: { ...expected, revision, is_sent: false } });

  const local = await fetch(`http://127.0.0.1:${house.ports.control}/v1/explain`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  });
  expect(await local.json()).toMatchObject({ ...expected, revision, is_sent: false });
  expect(origin.requests).toHaveLength(0);

  const own = await fetch(`${house.proxyUrl}/shop`, { headers: { ...request.headers, 'x-sluice-explain': secret } });
  const text = await own.text();
  expect(JSON.parse(text)).toMatchObject({ ...expected, is_sent: true, answer: { status: 200, body: 'origin' } });
  expect(origin.requests[0]?.headers).toMatchObject({ 'x-tier': 'gold', 'x-consumer-username': 'ann' });
  expect(text + JSON.stringify(asked.body)).not.toContain('secret-of-ann');
  expect(house.dataPlane.output + house.controlPlane.output).not.toContain('secret-of-ann');
});
