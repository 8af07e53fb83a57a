import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findings, settled } from './accessibility.ts';
import { type Stage, startStage } from './browser.ts';
import { button } from './controls.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await startStage();
  const { admin } = stage.house;
  await admin.put('upstreams/shop', { nodes: { '127.0.0.1:1980': 1 } });
  await admin.put('routes/orders', { name: 'Orders', uri: '/orders/*', upstream_id: 'shop' });
  await admin.put('routes/carts', { name: 'Carts', uri: '/carts/*', upstream_id: 'shop' });
});
afterAll(() => stage[Symbol.asyncDispose]());

const statusOf = async (path: string, group = 'default') =>
  (await stage.house.admin.call('GET', `/groups/${group}/apisix/admin/${path}`)).status;

test('a group that is made in the browser gets a chosen route of another one, and the upstream that it refers to', async () => {
  const { page, complaints } = await stage.signedIn();
  await page.getByRole('link', { name: 'Groups', exact: true }).click();
  await button(page, 'Create group').click();
  await page.getByLabel('Name', { exact: true }).fill('Not A Name');
  await page.getByText('beginning with a letter or digit').waitFor();
  await page.getByLabel('Name', { exact: true }).fill('staging');
  await page.getByRole('dialog').getByRole('button', { name: 'Create group' }).click();
  await page.waitForURL(/\/g\/staging$/);

  await page.getByRole('link', { name: 'Groups', exact: true }).click();
  await page.getByRole('link', { name: 'Promote to staging' }).click();
  await page.getByRole('radio', { name: 'Chosen resources' }).check();
  await page.getByPlaceholder('Search routes of default').fill('orders');
  await page.getByRole('option', { name: 'Orders (orders)' }).click();
  await button(page, 'Do not promote route orders').waitFor();
  await button(page, 'Show the effect').click();
  await page.getByRole('status', { name: 'Effect' }).getByText('2 created').waitFor();
  expect(await statusOf('routes/orders', 'staging')).toBe(404);

  await button(page, 'Promote to staging').click();
  await page.waitForURL(/\/g\/staging\/revisions\/1$/);
  expect(await statusOf('routes/orders', 'staging')).toBe(200);
  expect(await statusOf('upstreams/shop', 'staging')).toBe(200);
  expect(await statusOf('routes/carts', 'staging')).toBe(404);
  expect(complaints).toEqual([]);
});

test('the switcher leads to another group, and a group goes only after its name was typed', async () => {
  await stage.house.admin.call('POST', '/api/v1/groups', { name: 'short-lived' });
  const { page } = await stage.signedIn();
  await button(page, 'Gateway group default, switch').click();
  await page.getByRole('menuitem', { name: /short-lived/ }).click();
  await page.waitForURL(/\/g\/short-lived$/);
  await page.getByRole('link', { name: 'Groups', exact: true }).click();
  await button(page, 'Delete group short-lived').click();
  const dialog = page.getByRole('dialog');
  const deletion = dialog.getByRole('button', { name: 'Delete group' });
  expect(await deletion.getAttribute('aria-description')).toBe('Type short-lived first.');
  await dialog.getByLabel('Type short-lived to delete it').fill('short-lived');
  await deletion.click();

  await page.getByText('The group short-lived is deleted.').waitFor();
  const { body } = await stage.house.admin.call('GET', '/api/v1/groups');
  expect(JSON.stringify(body)).not.toContain('short-lived');
});

test('an import is looked at before it changes anything, and what has no counterpart is named', async () => {
  const { page, complaints } = await stage.signedIn();
  await page.getByRole('link', { name: 'Import & export' }).click();
  await page.getByLabel('From', { exact: true }).first().click();
  await page.getByRole('option', { name: 'Kong declarative file' }).click();
  const kong = {
    _format_version: '3.0',
    services: [{ name: 'payments', url: 'http://127.0.0.1:1980', routes: [{ name: 'pay', paths: ['/pay'] }] }],
    upstreams: [],
    vaults: [{ name: 'env', prefix: 'my-vault' }],
  };
  await page.getByLabel('Text', { exact: true }).fill(JSON.stringify(kong));
  await button(page, 'Show the effect').click();
  await page
    .getByRole('region', { name: 'Report' })
    .getByText(/vaults/)
    .first()
    .waitFor();
  await page.getByRole('status', { name: 'Effect' }).getByText('0 deleted').waitFor();
  const before = (await stage.house.admin.group()).revision;

  await page.getByLabel('Message').fill('From Kong');
  await button(page, 'Import').click();
  await page.waitForURL(/revisions\/\d+$/);
  expect((await stage.house.admin.group()).revision).toBe(before + 1);
  expect(complaints).toEqual([]);
});

test('what cannot be imported is named by place, and nothing changes', async () => {
  const { page } = await stage.signedIn();
  const before = (await stage.house.admin.group()).revision;
  await page.goto('/g/default/transfer');
  await page.getByLabel('Text', { exact: true }).fill('routes:\n  - id: broken\n    uri: 5\n');
  await button(page, 'Show the effect').click();

  await page.getByText('This cannot be imported').waitFor();
  await page.getByRole('list', { name: 'Issues of the source' }).getByText('/routes/0/uri').waitFor();
  expect((await stage.house.admin.group()).revision).toBe(before);
});

test('an export is a file that holds the configuration and no secret', async () => {
  await stage.house.admin.put('consumers/mobile', {
    username: 'mobile',
    plugins: { 'key-auth': { key: 'export-me-not' } },
  });
  const { page } = await stage.signedIn();
  await page.goto('/g/default/transfer');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download' }).click(),
  ]);

  expect(download.suggestedFilename()).toMatch(/^default-r\d+\.yaml$/);
  const text = await readFile(await download.path(), 'utf8');
  expect(text).toContain('id: orders');
  expect(text).not.toContain('export-me-not');
});

test.each([
  { dark: false, width: 1280 },
  { dark: true, width: 390 },
])('the rooms about groups are accessible and nothing overflows (%j)', async (look) => {
  const { page, complaints } = await stage.signedIn(look);
  for (const room of ['groups', 'settings', 'promote', 'transfer']) {
    await page.goto(`/g/default/${room}`);
    await settled(page);
    expect(await findings(page), room).toEqual([]);
  }
  expect(complaints).toEqual([]);
});
