import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findings, settled } from './accessibility.ts';
import type { Stage } from './browser.ts';
import { button, inDialog } from './controls.ts';
import { startShop } from './shop.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await startShop('jane', 'editor');
});
afterAll(() => stage[Symbol.asyncDispose]());

const draftBar = (page: Page) => page.getByRole('region', { name: 'Draft' });
const read = async (path: string) => (await stage.house.admin.call('GET', `/apisix/admin/${path}`)).body;

/** Gives a route another path in its form, as far as the review. */
async function edit(page: Page, id: string, uri: string): Promise<void> {
  await page.goto(`/g/default/resources/routes/${id}/edit`);
  await page.getByLabel('Path', { exact: true }).fill(uri);
  await button(page, 'Review change').click();
}

test('many edits are saved into a draft, reviewed, and go live together as one revision', async () => {
  const { page, complaints } = await stage.signedIn({ as: 'jane' });
  await edit(page, 'orders', '/orders/v2/*');
  await inDialog(page, 'Save into a draft').click();
  await draftBar(page).getByText('1 edit, not live yet').waitFor();
  await page.goto('/g/default/create/routes');
  await page.getByLabel('Id', { exact: true }).fill('carts');
  await page.getByLabel('Path', { exact: true }).fill('/carts');
  await page.getByPlaceholder('Search upstreams').fill('shop');
  await page.getByRole('option', { name: /shop/ }).click();
  await button(page, 'Review change').click();
  await inDialog(page, 'Save into the draft').click();
  await draftBar(page).getByText('2 edits, not live yet').waitFor();
  expect(await read('routes/orders')).toMatchObject({ value: { uri: '/orders/*' } });

  const { revision } = await stage.house.admin.group();
  await draftBar(page).getByRole('link', { name: 'Review' }).click();
  await page.getByText('Everything is valid').waitFor();
  await page.getByRole('listitem', { name: 'Edit of route orders' }).getByText('/orders/v2/*').waitFor();
  await button(page, 'Publish').click();
  await page.getByRole('dialog').getByLabel('Message').fill('Carts, and the new orders');
  await inDialog(page, 'Publish').click();
  await page.getByText('published', { exact: true }).waitFor();

  expect(await read('routes/orders')).toMatchObject({ value: { uri: '/orders/v2/*' } });
  expect(await read('routes/carts')).toMatchObject({ value: { uri: '/carts' } });
  expect((await stage.house.admin.group()).revision).toBe(revision + 1);
  expect(await draftBar(page).count()).toBe(0);
  expect(complaints).toEqual([]);
});

test('an editor goes on with what the draft has, and a discarded draft leaves nothing behind', async () => {
  const { page } = await stage.signedIn();
  await page.goto('/g/default/drafts');
  await button(page, 'New draft').click();
  await draftBar(page).getByText('no edits yet').waitFor();
  await edit(page, 'orders', '/never');
  await inDialog(page, 'Save into the draft').click();
  await draftBar(page).getByText('1 edit').waitFor();
  await page.goto('/g/default/resources/routes/orders');
  await page.getByText('This is what is live.').waitFor();
  await button(page, 'Edit').click();
  await page.getByLabel('Path', { exact: true }).waitFor();
  await expect.poll(() => page.getByLabel('Path', { exact: true }).inputValue()).toBe('/never');

  await draftBar(page).getByRole('button', { name: 'Discard' }).click();
  await inDialog(page, 'Discard').click();
  await draftBar(page).waitFor({ state: 'detached' });
  expect(await read('routes/orders')).not.toMatchObject({ value: { uri: '/never' } });
  await page.goto('/g/default/drafts?state=discarded');
  await page.getByText('discarded', { exact: true }).waitFor();
});

test('what changed meanwhile is decided field by field before the draft is published', async () => {
  await stage.house.admin.put('routes/clash', { uri: '/clash', desc: 'first', upstream_id: 'shop' });
  const { page } = await stage.signedIn({ as: 'jane' });
  await edit(page, 'clash', '/mine');
  await inDialog(page, 'Save into a draft').click();
  await draftBar(page).getByText('1 edit').waitFor();
  await stage.house.admin.put('routes/clash', { uri: '/theirs', desc: 'second', upstream_id: 'shop' });

  await draftBar(page).getByRole('link', { name: 'Review' }).click();
  const conflict = page.getByRole('region', { name: 'Conflict about route clash' });
  await conflict.getByText('Both, merged').click();
  expect(await button(page, 'Resolve').getAttribute('aria-description')).toBe('Decide every conflict first.');
  await conflict.getByRole('radiogroup', { name: 'What holds at /uri' }).getByText('The draft').click();
  await button(page, 'Resolve').click();
  await page.getByText('Everything is valid').waitFor();
  await button(page, 'Publish').click();
  await inDialog(page, 'Publish').click();
  await page.getByText('published', { exact: true }).waitFor();

  expect(await read('routes/clash')).toMatchObject({ value: { uri: '/mine', desc: 'second' } });
});

test('where approval is required, a save becomes a draft that only somebody else can approve', async () => {
  const owner = await stage.signedIn();
  await owner.page.goto('/g/default/settings');
  await owner.page.getByRole('switch', { name: 'Every change needs the approval of a second person' }).check();
  await button(owner.page, 'Save approval').click();
  await owner.page.getByText('The rules are saved.').waitFor();

  const author = await stage.signedIn({ as: 'jane' });
  await edit(author.page, 'orders', '/approved/*');
  await author.page.getByText('need the approval of a second person').waitFor();
  expect(await inDialog(author.page, 'Save').count()).toBe(0);
  await inDialog(author.page, 'Save into a draft').click();
  await draftBar(author.page).getByRole('link', { name: 'Review' }).click();
  expect(await button(author.page, 'Publish').count()).toBe(0);
  await button(author.page, 'Ask for approval').click();
  await author.page.getByRole('dialog').getByLabel('Comment').fill('For the sale.');
  await inDialog(author.page, 'Ask for approval').click();
  await author.page.getByText('in review', { exact: true }).waitFor();
  expect(await button(author.page, 'Approve').count()).toBe(0);

  const { pathname } = new URL(author.page.url());
  await owner.page.goto(pathname);
  await owner.page.getByText('For the sale.').waitFor();
  await button(owner.page, 'Approve').click();
  await inDialog(owner.page, 'Approve').click();
  await author.page.getByText('Approved by admin').waitFor();
  await button(author.page, 'Publish').click();
  await inDialog(author.page, 'Publish').click();
  await author.page.getByText('published', { exact: true }).waitFor();
  expect(await read('routes/orders')).toMatchObject({ value: { uri: '/approved/*' } });
  await author.page.goto('/g/default/revisions');
  await author.page.getByText(/approved by admin/).waitFor();
});

test.each([
  { dark: false, width: 1280 },
  { dark: true, width: 390 },
])('drafts and their review are accessible and nothing overflows (%j)', async (look) => {
  const { page, complaints } = await stage.signedIn(look);
  for (const room of ['/g/default/drafts?state=published', '/g/default/drafts/1', '/g/default/drafts/3']) {
    await page.goto(room);
    await settled(page);
    expect(await findings(page), room).toEqual([]);
  }
  expect(complaints).toEqual([]);
});
