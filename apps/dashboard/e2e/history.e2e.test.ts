import { afterAll, beforeAll, expect, test } from 'vitest';
import { findings, settled } from './accessibility.ts';
import type { Stage } from './browser.ts';
import { button } from './controls.ts';
import { startShop } from './shop.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await startShop('jane', 'editor');
});
afterAll(() => stage[Symbol.asyncDispose]());

const uriOf = async (id: string) => {
  const { body } = await stage.house.admin.call('GET', `/apisix/admin/routes/${id}`);
  return (body as { value?: { uri?: string } }).value?.uri;
};

test('two revisions that are picked on the timeline are compared, resource by resource and field by field', async () => {
  const { page, complaints } = await stage.signedIn();
  await stage.house.admin.put('routes/orders', { name: 'Orders', uri: '/orders/v2/*', upstream_id: 'shop' });
  await page.getByRole('link', { name: 'Revisions', exact: true }).first().click();
  await page.getByLabel('Pick revision 2 to compare').check();
  await page.getByLabel('Pick revision 3 to compare').check();
  await page.getByRole('link', { name: 'Compare 2 with 3' }).click();

  await page.getByRole('heading', { name: 'Revision 2 compared with 3' }).waitFor();
  await page.getByText('Fields', { exact: true }).click();
  const fields = page.getByRole('list', { name: 'Changed fields of route orders' });
  await fields.getByText('"/orders/*"').waitFor();
  await fields.getByText('"/orders/v2/*"').waitFor();
  expect(await fields.getByRole('listitem').count()).toBe(1);
  expect(complaints).toEqual([]);
});

test('the filters of the timeline stand in its address, so that a link shows the same', async () => {
  const { page } = await stage.signedIn({ as: 'jane' });
  await stage.house.admin.put('routes/filtered', { uri: '/filtered', upstream_id: 'shop' });
  await page.goto('/g/default/revisions');
  await page.getByLabel('Search', { exact: true }).fill('filtered');
  await page.waitForURL(/text=filtered/);
  await expect
    .poll(() =>
      page
        .getByRole('list')
        .getByLabel(/^Pick revision/)
        .count(),
    )
    .toBe(1);

  await page.goto('/g/default/revisions?author=nobody');
  await page.getByText('No revision matches').waitFor();
  await button(page, 'Clear the filters').click();
  await page.getByRole('link', { name: /Created route filtered/ }).waitFor();
});

test('a roll-back shows its effect before anything is changed', async () => {
  const { page } = await stage.signedIn();
  await page.goto('/g/default/revisions/2');
  await button(page, 'Roll back to this revision').click();
  const dialog = page.getByRole('dialog', { name: 'Roll back to revision 2?' });
  await dialog.getByRole('status', { name: 'Effect' }).getByText('1 changed').waitFor();
  await dialog.getByRole('button', { name: 'Difference of route orders' }).waitFor();
  expect(await uriOf('orders')).toBe('/orders/v2/*');

  await dialog.getByLabel('Message').fill('Back to the first');
  await dialog.getByRole('button', { name: 'Roll back to this revision' }).click();
  await page.getByText('Back to the first').first().waitFor();
  await expect.poll(() => uriOf('orders')).toBe('/orders/*');
});

test('a way back that would change nothing says so and cannot be taken', async () => {
  const { page } = await stage.signedIn();
  await stage.house.admin.put('routes/same', { uri: '/a', upstream_id: 'shop' });
  const { revision } = await stage.house.admin.group();
  await stage.house.admin.put('routes/same', { uri: '/b', upstream_id: 'shop' });
  await stage.house.admin.rollback(revision);
  await page.goto(`/g/default/revisions/${revision}`);
  await button(page, 'Roll back to this revision').click();

  const dialog = page.getByRole('dialog');
  await dialog.getByText('nothing changes').waitFor();
  expect(await dialog.getByRole('button', { name: 'Roll back to this revision' }).count()).toBe(0);
});

test('each field of a resource names who set it last, and an older version of it can be restored', async () => {
  const { page, complaints } = await stage.signedIn({ as: 'jane' });
  await page.goto('/g/default/resources/routes/orders/edit');
  await page.getByLabel('Description', { exact: true }).fill('All about orders');
  await button(page, 'Review change').click();
  await page.getByRole('dialog').getByLabel('Message').fill('Described');
  await button(page, 'Save').click();
  await page.getByRole('heading', { name: 'Orders', exact: true }).waitFor();

  await page.getByRole('tab', { name: 'Who set what' }).click();
  const blame = page.getByRole('table', { name: 'Who set what' });
  await blame.getByRole('row', { name: /desc.*All about orders.*jane.*Described/ }).waitFor();
  await blame.getByRole('row', { name: /uri.*admin/i }).waitFor();

  await page.getByRole('tab', { name: 'History' }).click();
  await page.getByRole('button', { name: /created/ }).click();
  await button(page, 'Restore this version').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('1 changed').waitFor();
  await dialog.getByRole('button', { name: 'Restore this version' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByRole('tab', { name: 'Who set what' }).click();
  await blame.getByRole('row', { name: /uri/ }).waitFor();
  await blame.getByText('All about orders').waitFor({ state: 'detached' });
  expect(complaints).toEqual([]);
});

test('a resource that was deleted is found by its address, with its history and the way back', async () => {
  await stage.house.admin.put('routes/gone', { uri: '/gone', upstream_id: 'shop' });
  await stage.house.admin.remove('routes/gone');
  const { page } = await stage.signedIn();
  await page.goto('/g/default/resources/routes/gone');
  await page.getByText('This route was deleted').waitFor();
  await page.getByRole('button', { name: /created/ }).click();
  await button(page, 'Restore this version').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Restore this version' }).click();

  await expect.poll(() => uriOf('gone')).toBe('/gone');
});

test('a revision gets labels and comments, and a comment is its author’s to edit', async () => {
  const { page } = await stage.signedIn({ as: 'jane' });
  await page.goto('/g/default/revisions/1');
  await button(page, 'Add label').click();
  await page.getByLabel('Label', { exact: true }).fill('first light');
  await page.getByText('Letters, digits').waitFor();
  await page.getByLabel('Label', { exact: true }).fill('first-light');
  await button(page, 'Add').click();
  await button(page, 'Remove label first-light').waitFor();
  await page.getByLabel('Comment', { exact: true }).fill('It all began here.');
  await button(page, 'Add comment').click();
  await page.getByRole('article', { name: 'Comment of jane' }).getByText('It all began here.').waitFor();

  const other = await stage.signedIn();
  await other.page.goto('/g/default/revisions?label=first-light');
  await other.page.getByText('1 comment').waitFor();
  await other.page.goto('/g/default/revisions/1');
  const comment = other.page.getByRole('article', { name: 'Comment of jane' });
  await comment.getByRole('button', { name: 'Delete' }).waitFor();
  expect(await comment.getByRole('button', { name: 'Edit' }).count()).toBe(0);
});

const rooms = [
  '/g/default/revisions?author=admin',
  '/g/default/revisions/2',
  '/g/default/compare?from=1&to=3',
  '/g/default/resources/routes/orders?tab=history',
  '/g/default/resources/routes/orders?tab=fields',
];

test.each([
  { dark: false, width: 1280 },
  { dark: true, width: 390 },
])('the rooms of the history are accessible and nothing overflows (%j)', async (look) => {
  const { page, complaints } = await stage.signedIn(look);
  for (const room of rooms) {
    await page.goto(room);
    await settled(page);
    expect(await findings(page), room).toEqual([]);
  }
  await page.goto('/g/default/revisions/2');
  await button(page, 'Undo this revision').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).waitFor();
  expect(await findings(page), 'preview').toEqual([]);
  expect(complaints).toEqual([]);
});
