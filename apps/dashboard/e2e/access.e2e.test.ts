import { afterAll, beforeAll, expect, test } from 'vitest';
import { findings, settled } from './accessibility.ts';
import { signIn, type Stage } from './browser.ts';
import { button } from './controls.ts';
import { startShop } from './shop.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await startShop('looker', 'viewer');
});
afterAll(() => stage[Symbol.asyncDispose]());

/** Calls the Admin API with a token. */
const statusWith = async (token: string, method = 'GET') =>
  (
    await fetch(`http://127.0.0.1:${stage.house.ports.admin}/apisix/admin/routes/orders`, {
      method,
      headers: { 'x-api-key': token, 'content-type': 'application/json' },
      ...(method === 'GET' ? {} : { body: '{"desc":"by token"}' }),
    })
  ).status;

test('a user who is made in the browser signs in with the password that is shown once, and has to choose another', async () => {
  const { page, complaints } = await stage.signedIn();
  await page.getByRole('link', { name: 'Access', exact: true }).click();
  await button(page, 'Create user').click();
  await page.getByLabel('Username', { exact: true }).fill('jane');
  await page.getByLabel('Role everywhere', { exact: true }).first().click();
  await page.getByRole('option', { name: /^Editor/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Create user' }).click();
  const password = await page.getByLabel('Password', { exact: true }).innerText();
  await button(page, 'Done').click();
  await page.getByRole('row', { name: /jane.*editor.*temporary password/ }).waitFor();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  expect((await page.content()).includes(password)).toBe(false);

  const jane = await stage.open();
  await signIn(jane.page, password, 'jane');
  await jane.page.getByRole('heading', { name: 'Choose a password' }).waitFor();
  await jane.page.getByLabel('Temporary password').fill(password);
  await jane.page.getByLabel('New password', { exact: true }).fill('my-own-password');
  await jane.page.getByLabel('New password again').fill('my-own-password');
  await button(jane.page, 'Change password').click();
  await jane.page.getByRole('heading', { name: 'Overview' }).waitFor();
  expect(complaints).toEqual([]);
});

test('a service token is shown once, does what it is for, and nothing from the moment that it is revoked', async () => {
  const { page } = await stage.signedIn();
  await page.goto('/g/default/access?tab=tokens');
  await button(page, 'Create service token').click();
  await page.getByLabel('Name', { exact: true }).fill('pipeline');
  await page.getByLabel('Reading only').check();
  await button(page, 'Create token').click();
  const token = await page.getByLabel('Token', { exact: true }).innerText();
  await button(page, 'Done').click();
  await page.getByRole('row', { name: /pipeline.*valid/ }).waitFor();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  expect((await page.content()).includes(token)).toBe(false);
  expect([await statusWith(token), await statusWith(token, 'PATCH')]).toEqual([200, 401]);

  await button(page, 'Revoke pipeline').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await page.getByRole('row', { name: /pipeline.*revoked/ }).waitFor();
  expect(await statusWith(token)).toBe(401);
});

test('whoever is signed in sees and ends their other sessions', async () => {
  const first = await stage.signedIn({ as: 'looker' });
  const { page } = await stage.signedIn({ as: 'looker' });
  await button(page, 'Account of looker').click();
  await page.getByRole('menuitem', { name: 'Tokens and sessions' }).click();
  await page.getByText('this one').waitFor();
  await button(page, 'End all others').click();
  await expect.poll(() => page.getByRole('table', { name: 'Sessions' }).getByRole('row').count()).toBe(2);

  await first.page.reload();
  await first.page.getByLabel('Username').waitFor();
});

test('a member of one group sees that group and no other', async () => {
  await stage.house.admin.call('POST', '/api/v1/groups', { name: 'eu' });
  await stage.addUser('guest', { groups: [{ group: 'eu', role: 'editor' }] });
  const { page } = await stage.signedIn({ as: 'guest' });
  await page.waitForURL(/\/g\/eu$/);
  await page.getByRole('link', { name: 'Routes', exact: true }).first().click();
  await button(page, 'Create route').waitFor();
  await page.goto('/g/default');
  await expect.poll(() => page.getByRole('button', { name: 'Create route' }).count()).toBe(0);
  await page
    .getByRole('alert')
    .or(page.getByText(/There is no gateway group/))
    .first()
    .waitFor();
});

test('the audit trail names who did what, can be filtered, and proves that it is whole', async () => {
  const stranger = await stage.open();
  await signIn(stranger.page, 'guessed-password', 'mallory');
  await stranger.page.getByRole('alert').waitFor();
  const { page, complaints } = await stage.signedIn();
  await page.getByRole('link', { name: 'Audit', exact: true }).click();
  await page.getByLabel('Failed only').check();
  await page.waitForURL(/failed=true/);
  await page
    .getByRole('button', { name: /Details of session\.refuse/ })
    .first()
    .click();
  await page.getByRole('dialog').getByText('failed', { exact: true }).waitFor();
  await page.keyboard.press('Escape');

  await button(page, 'Verify').click();
  await page.getByText('Everything is exactly what was written.').waitFor();
  const chains = page.getByRole('table', { name: 'Chains' });
  await chains
    .getByRole('row', { name: /Audit trail.*whole/ })
    .first()
    .waitFor();
  await chains.getByRole('row', { name: /Revisions.*default.*whole/ }).waitFor();
  expect(complaints).toEqual([]);
});

const rooms = [
  '',
  '/resources/routes',
  '/resources/routes/orders',
  '/resources/routes/orders?tab=history',
  '/resources/routes/orders/edit',
  '/create/routes',
  '/revisions',
  '/revisions/1',
  '/compare',
  '/drafts',
  '/groups',
  '/settings',
  '/promote',
  '/transfer',
  '/data-planes',
  '/playground',
  '/access',
  '/audit',
];
const changes =
  /^(Create|Edit|Delete|Duplicate|Save|Review|Publish|Approve|Reject|Discard|Roll back|Undo|Restore|Add|New draft|Promote|Import|Revoke|Remove|Drain|Explain|Send|Verify|Resolve|Enabled)/;

test('a viewer finds no control that changes anything, wherever they look', async () => {
  await stage.house.admin.call('POST', '/api/v1/groups/default/drafts', { message: 'Somebody’s' });
  const { page, complaints } = await stage.signedIn({ as: 'looker' });
  for (const room of [...rooms, '/drafts/1']) {
    await page.goto(`/g/default${room}`);
    await page.locator('main h1, main h2').first().waitFor();
    await page.locator('[aria-busy="true"], .mantine-Skeleton-root').first().waitFor({ state: 'detached' });
    const names = await page
      .locator('main')
      .locator('button, [role=switch], a[href*="/edit"], a[href*="/create/"]')
      .all();
    const offered = await Promise.all(
      names.map(async (one) => (await one.getAttribute('aria-label')) ?? one.innerText()),
    );
    expect(
      offered.filter((name) => changes.test(name.trim())),
      room,
    ).toEqual([]);
  }
  expect(complaints).toEqual([]);
});

test.each([
  { dark: false, width: 1280 },
  { dark: true, width: 390 },
])('the rooms about access are accessible and nothing overflows (%j)', async (look) => {
  const { page, complaints } = await stage.signedIn(look);
  const tabs = ['users', 'members', 'tokens', 'sessions'].map((tab) => `/g/default/access?tab=${tab}`);
  for (const room of [...tabs, '/g/default/account', '/g/default/audit?kind=route']) {
    await page.goto(room);
    await settled(page);
    expect(await findings(page), room).toEqual([]);
  }
  await page.goto('/g/default/access');
  await button(page, 'Create user').click();
  await page.getByRole('dialog').getByLabel('Username').waitFor();
  expect(await findings(page), 'dialog').toEqual([]);
  expect(complaints).toEqual([]);
});
