import { startUpstream } from '@sluice/testing';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findings } from './accessibility.ts';
import { type Stage, startStage } from './browser.ts';
import { button } from './controls.ts';

let stage: Stage;
let origin: Awaited<ReturnType<typeof startUpstream>>;

beforeAll(async () => {
  stage = await startStage();
  origin = await startUpstream((_req, res) => res.end('from the origin'));
  const { admin } = stage.house;
  await admin.put('consumers/mobile', { username: 'mobile', plugins: { 'key-auth': { key: 'mobile-key-0815' } } });
  const upstream = { nodes: { [origin.node]: 1 } };
  const plugins = { 'key-auth': {}, 'proxy-rewrite': { uri: '/v2' } };
  await admin.put('routes/orders', { name: 'Orders', uri: '/orders/*', host: 'shop.example', upstream, plugins });
  await admin.put('routes/admins', { uri: '/orders/*', vars: [['arg_role', '==', 'admin']], upstream });
  await stage.house.untilInSync();
});
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
  await origin.close();
});

const outcome = (page: Page, name: string | RegExp) => page.getByRole('region', { name }).waitFor();

test('without the key of a consumer, the plugin that refuses is named', async () => {
  const { page } = await stage.signedIn();
  await page.goto('/g/default/resources/routes/orders');
  await page.getByRole('link', { name: 'Explain a request' }).click();
  await button(page, 'Explain').click();

  await outcome(page, '401: key-auth answered');
  expect(origin.requests).toHaveLength(0);
});

test('a request is explained step by step without being sent, then sent, and its address keeps no secret', async () => {
  const { page, complaints } = await stage.signedIn();
  await page.goto('/g/default/playground?host=shop.example&path=/orders/5');
  await page.getByLabel('Path and query').fill('/orders/5?token=hunter2');
  await page.getByLabel('Header fields').fill('apikey: mobile-key-0815');
  await button(page, 'Explain').click();

  await outcome(page, `Would be sent to ${origin.node}`);
  await page.getByRole('link', { name: 'Orders', exact: true }).waitFor();
  const steps = await page.getByRole('table', { name: 'Plugins that ran' }).getByRole('row').allInnerTexts();
  expect(steps.map((step) => step.split(/\s+/).slice(0, 2))).toEqual(
    expect.arrayContaining([
      ['rewrite', 'key-auth'],
      ['rewrite', 'proxy-rewrite'],
    ]),
  );
  await page.getByRole('row', { name: /admins.*arg_role is missing/ }).waitFor();
  expect(origin.requests).toHaveLength(0);
  expect(page.url()).not.toMatch(/hunter2|mobile-key/);

  await button(page, 'Send and explain').click();
  await outcome(page, `200 from ${origin.node}`);
  await page.getByLabel('Body of the answer').getByText('from the origin').waitFor();
  expect(origin.requests).toHaveLength(1);
  expect(complaints).toEqual([]);
});

test('who may not run requests, and who has nobody to ask, is told why before asking', async () => {
  const { page } = await stage.signedIn();
  await page.route('**/api/v1/groups/default/instances', (route) => route.fulfill({ json: { list: [] } }));
  await page.goto('/g/default/playground');
  await button(page, 'Explain').waitFor();
  const reason = () => button(page, 'Explain').getAttribute('aria-description');
  await expect.poll(reason).toMatch(/No data plane is connected/);

  await page.route('**/api/v1/session', async (route) => {
    const response = await route.fetch();
    const session = (await response.json()) as { user: object };
    const grants = [{ group: null, role: 'viewer' }];
    await route.fulfill({ response, json: { ...session, grants, user: { ...session.user, role: 'viewer' } } });
  });
  await page.reload();
  await page.getByText('This takes an editor').waitFor();
  expect(await button(page, 'Explain').count()).toBe(0);
});

test('a data plane that does not answer is told as that', async () => {
  const { page } = await stage.signedIn();
  const error = { code: 'CONFLICT', message: 'The data plane did not answer.', request_id: 'r' };
  await page.route('**/api/v1/groups/default/explain', (route) => route.fulfill({ status: 409, json: { error } }));
  await page.goto('/g/default/playground');
  await button(page, 'Explain').click();

  const alert = page.getByRole('alert').filter({ hasText: 'The data plane did not answer.' });
  await alert.getByText('Nobody explained the request').waitFor();
});

test.each([
  { dark: false, width: 1280 },
  { dark: true, width: 480 },
])('an explanation is accessible and nothing overflows (%j)', async (look) => {
  const { page, complaints } = await stage.signedIn(look);
  await page.goto('/g/default/playground?path=/nowhere');
  await button(page, 'Explain').click();
  await outcome(page, '404: no route takes this request');
  expect(await findings(page)).toEqual([]);
  await page.goto('/g/default/playground?host=shop.example&path=/orders/5');
  await page.getByLabel('Header fields').fill('apikey: mobile-key-0815');
  await button(page, 'Send and explain').click();
  await outcome(page, /^200 from/);
  expect(await findings(page)).toEqual([]);
  expect(complaints).toEqual([]);
});
