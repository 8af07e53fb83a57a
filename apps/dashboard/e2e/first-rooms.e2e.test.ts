import { startUpstream } from '@sluice/testing';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signIn, type Stage, startStage } from './browser.ts';
import { button } from './controls.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage[Symbol.asyncDispose]());

test('a wrong password is refused, the right one leads back to where one wanted to go', async () => {
  const { page } = await stage.open();
  await page.goto('/g/default/resources/routes?search=abc');

  await signIn(page, 'wrong');
  await page.getByRole('alert').waitFor();
  await page.getByLabel('Password', { exact: true }).fill(stage.password);
  await button(page, 'Sign in').click();

  await page.getByRole('heading', { name: 'Routes' }).waitFor();
  expect(page.url()).toContain('search=abc');
});

test('the overview shows the data plane healthy and at the head revision', async () => {
  const { page, complaints } = await stage.signedIn();

  await page.getByText('healthy', { exact: true }).waitFor();
  await page.getByText('All serve the head revision').waitFor();

  expect(complaints).toEqual([]);
});

test('a route made in the form is live, and can be changed, undone from its revision and deleted', async () => {
  await using origin = await startUpstream((_req, res) => res.end('origin'));
  const { page, complaints } = await stage.signedIn();
  await page.getByRole('link', { name: 'Routes', exact: true }).first().click();
  await button(page, 'Create route').click();
  await page.getByLabel('Name', { exact: true }).fill('Orders');
  await page.getByLabel('Path', { exact: true }).fill('/orders');
  await button(page, 'Set Upstream').click();
  await button(page, 'Add node').click();
  await page.getByLabel('Host of node 1').fill('127.0.0.1');
  await page.getByLabel('Port of node 1').fill(String(origin.port));
  await save(page, 'First route');
  await page.getByRole('heading', { name: 'Orders' }).waitFor();
  await page.getByText(/is live on 1 of 1 data plane/).waitFor();
  expect(await (await fetch(`${stage.house.proxyUrl}/orders`)).text()).toBe('origin');

  await button(page, 'Edit').click();
  await page.getByLabel('Path', { exact: true }).fill('/orders/v2');
  await save(page, 'Second version');
  // The heading of the editor has the name as well.
  await page.getByRole('heading', { name: 'Orders', exact: true }).waitFor();
  await stage.house.untilInSync();
  expect((await fetch(`${stage.house.proxyUrl}/orders`)).status).toBe(404);

  await page.getByRole('link', { name: 'Revisions', exact: true }).first().click();
  await page.getByRole('link', { name: 'Second version' }).click();
  await button(page, 'Undo this revision').click();
  await page.getByRole('dialog').getByText('1 changed').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Undo this revision' }).click();
  await page.waitForURL(/revisions\/3$/);
  await stage.house.untilInSync();
  expect((await fetch(`${stage.house.proxyUrl}/orders`)).status).toBe(200);

  await page.getByRole('link', { name: 'Routes', exact: true }).first().click();
  await page.getByRole('link', { name: 'Orders' }).click();
  await button(page, 'Delete').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByText('No routes yet').waitFor();
  await stage.house.untilInSync();
  expect((await fetch(`${stage.house.proxyUrl}/orders`)).status).toBe(404);
  expect(complaints).toEqual([]);
});

test('a form that is not finished names the fields that are missing', async () => {
  const { page } = await stage.signedIn();
  await page.goto('/g/default/create/routes');

  await button(page, 'Review change').click();

  await expect.poll(() => page.getByRole('alert').first().innerText()).toMatch(/path/i);
});

test('the key of a consumer is never shown again, and an edit keeps it', async () => {
  const { page } = await stage.signedIn();
  await page.goto('/g/default/create/consumers');
  await page.getByLabel('Username', { exact: true }).fill('mobile');
  await button(page, 'Add plugin').click();
  await page.getByRole('button', { name: 'Add key-auth' }).click();
  await page.getByLabel('Key', { exact: true }).fill('mobile-key-0815');
  await save(page, 'New consumer');
  await page.getByRole('heading', { name: 'mobile' }).waitFor();
  await button(page, 'Edit').click();
  await page.getByLabel('Description', { exact: true }).fill('Phone');
  expect(await page.content()).not.toContain('mobile-key-0815');
  await save(page, 'Described');

  const stored = async () => (await stage.house.admin.call('GET', '/apisix/admin/consumers/mobile')).body;
  await expect
    .poll(stored)
    .toMatchObject({ value: { desc: 'Phone', plugins: { 'key-auth': { key: 'mobile-key-0815' } } } });
});

test('what somebody else changes appears without a reload', async () => {
  const { page } = await stage.signedIn();
  await page.getByRole('link', { name: 'Services', exact: true }).first().click();
  await page.getByText('No services yet').waitFor();

  await stage.house.admin.put('services/from-elsewhere', { upstream: { nodes: { '127.0.0.1:1980': 1 } } });

  await page.getByRole('link', { name: 'from-elsewhere' }).waitFor();
});

const rooms = [
  '/',
  '/g/default/resources/routes',
  '/g/default/create/routes',
  '/g/default/revisions',
  '/g/default/data-planes',
];

test.each([
  { dark: false, width: 1280 },
  { dark: true, width: 400 },
])('every room is accessible and nothing overflows (%j)', async (look) => {
  const { page, complaints } = await stage.signedIn(look);
  for (const room of rooms) {
    await page.goto(room);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.waitForLoadState('load');
    expect(await violations(page), room).toEqual([]);
    const overflow = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    expect(overflow, room).toBe(0);
  }
  expect(complaints).toEqual([]);
});

async function save(page: Page, message: string): Promise<void> {
  await button(page, 'Review change').click();
  await page.getByRole('dialog').getByLabel('Message').fill(message);
  await button(page, 'Save').click();
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = (await page.evaluate(
    'axe.run(document, { runOnly: ["wcag2a", "wcag2aa"] }).then((r) => r.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target).join(" ")}`))',
  )) as string[];
  return found;
}
