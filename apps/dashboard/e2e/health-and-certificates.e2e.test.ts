import { freePort, startUpstream, testAuthority } from '@sluice/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findings } from './accessibility.ts';
import { type Stage, startStage } from './browser.ts';
import { button } from './controls.ts';

let stage: Stage;
let origin: Awaited<ReturnType<typeof startUpstream>>;
let deadNode: string;

beforeAll(async () => {
  stage = await startStage();
  origin = await startUpstream();
  deadNode = `127.0.0.1:${await freePort()}`;
  const unhealthy = { interval: 1, tcp_failures: 1 };
  const active = { type: 'tcp', healthy: { interval: 1, successes: 1 }, unhealthy };
  await stage.house.admin.put('upstreams/shop', { nodes: { [origin.node]: 1, [deadNode]: 1 }, checks: { active } });
});
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
  await origin.close();
});

test('a node that is down is told on the overview, on its upstream, and on the data plane that found it', async () => {
  const { page, complaints } = await stage.signedIn();
  const notice = page.getByRole('status').filter({ hasText: 'An upstream node is unhealthy' });
  await notice.getByText(deadNode).waitFor();
  await notice.getByRole('link', { name: 'upstream shop' }).click();

  const health = page.getByRole('table', { name: 'Health of the nodes' });
  await health.getByRole('row', { name: new RegExp(`${deadNode}.*down`) }).waitFor();
  await health.getByRole('row', { name: new RegExp(`${origin.node}.*healthy`) }).waitFor();

  await health.getByRole('link').click();
  await page
    .getByRole('table', { name: 'Unhealthy upstream nodes' })
    .getByRole('row', { name: new RegExp(`${deadNode}.*upstream shop`) })
    .waitFor();
  expect(complaints).toEqual([]);
});

test('a form for a certificate marks at once all that is missing, and never shows the key again', async () => {
  const { cert, key } = testAuthority().issue({ names: ['shop.example'], days: 5 });
  const { page } = await stage.signedIn();
  await page.goto('/g/default/resources/ssls');
  await button(page, 'Create SSL certificate').first().click();
  await button(page, 'Review change').click();
  const summary = await page.getByRole('alert').first().innerText();
  expect(summary.split('\n').filter((line) => line.includes(':'))).toEqual([
    'Server name: Needs Server name or Server names.',
    expect.stringMatching(/^(Certificate|Private key): This field is required\.$/),
    expect.stringMatching(/^(Certificate|Private key): This field is required\.$/),
  ]);

  await page.getByLabel('Id', { exact: true }).fill('shop');
  await page.getByLabel('Server name', { exact: true }).fill('shop.example');
  await page.getByLabel('Certificate', { exact: true }).fill(cert);
  await page.getByLabel('Private key', { exact: true }).fill(key);
  await button(page, 'Review change').click();
  await button(page, 'Save').click();
  await page.getByRole('heading', { name: 'shop', exact: true }).waitFor();
  await page.goto('/g/default/resources/ssls');

  await page.getByRole('row', { name: /shop.example.*days left/ }).waitFor();
  await page.goto('/g/default/resources/ssls/shop?tab=json');
  await page.getByText('BEGIN CERTIFICATE').waitFor();
  expect(await page.content()).not.toContain('PRIVATE KEY');
  await button(page, 'Edit').click();
  await button(page, 'Replace Private key').waitFor();
});

test('what some data planes cannot run is published only by who says so twice', async () => {
  await stage.house.admin.put('routes/asked', { uri: '/asked', upstream_id: 'shop' });
  const { page } = await stage.signedIn();
  const message =
    'Connected data planes lack a-plugin on dp-1. To publish it all the same, add confirm=missing_plugins.';
  await page.route('**/resources/routes/asked?**', (route) => {
    const asks = route.request().method() === 'PUT' && !/confirm=|dry_run=/.test(route.request().url());
    const json = { error: { code: 'CONFIRMATION_NEEDED', message } };
    return asks ? route.fulfill({ status: 428, json }) : route.continue();
  });
  await page.route('**/resources/routes/asked', (route) => {
    const json = { error: { code: 'CONFIRMATION_NEEDED', message } };
    return route.request().method() === 'PUT' ? route.fulfill({ status: 428, json }) : route.continue();
  });
  await page.goto('/g/default/resources/routes/asked/edit');
  await page.getByLabel('Path', { exact: true }).fill('/asked/twice');
  await button(page, 'Review change').click();
  await button(page, 'Save').click();
  const question = page.getByRole('dialog', { name: 'Some data planes cannot run this' });
  await question.getByText('lack a-plugin on dp-1').waitFor();
  expect(await question.innerText()).not.toContain('confirm=');

  await page.keyboard.press('Escape');
  await question.waitFor({ state: 'detached' });
  await page.getByRole('dialog', { name: 'Review change' }).getByText('Nothing was saved').waitFor();
  await button(page, 'Save').click();
  await question.getByRole('button', { name: 'Publish all the same' }).click();
  await page.getByRole('heading', { name: 'asked', exact: true }).waitFor();
  expect((await stage.house.admin.call('GET', '/apisix/admin/routes/asked')).body).toMatchObject({
    value: { uri: '/asked/twice' },
  });
});

const rooms = ['/', '/g/default/resources/upstreams/shop', '/g/default/resources/ssls', '/g/default/create/ssls'];

test.each([
  { dark: false, width: 1280 },
  { dark: true, width: 480 },
])('health and certificates are accessible and nothing overflows (%j)', async (look) => {
  const { page, complaints } = await stage.signedIn(look);
  for (const room of rooms) {
    await page.goto(room);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.waitForLoadState('load');
    expect(await findings(page), room).toEqual([]);
  }
  expect(complaints).toEqual([]);
});
