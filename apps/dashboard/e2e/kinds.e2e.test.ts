import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findings } from './accessibility.ts';
import { type Stage, startStage } from './browser.ts';
import { button } from './controls.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage[Symbol.asyncDispose]());

const room = (path: string) => `/g/default/${path}`;

async function save(page: Page, message: string): Promise<void> {
  await button(page, 'Review change').click();
  await page.getByRole('dialog').getByLabel('Message').fill(message);
  await button(page, 'Save').click();
}

test('a credential is added on its consumer, needs an id, and leads back', async () => {
  const { admin } = stage.house;
  await admin.put('consumers/jack', { username: 'jack' });
  const { page, complaints } = await stage.signedIn();
  await page.goto(room('resources/consumers/jack'));
  await button(page, 'Add credential').click();
  await button(page, 'Review change').click();
  await expect.poll(() => page.getByRole('alert').first().innerText()).toMatch(/id/i);

  await page.getByLabel('Id', { exact: true }).fill('phone');
  await button(page, 'Add plugin').click();
  await expect.poll(() => page.getByRole('button', { name: /^Add proxy-rewrite/ }).count()).toBe(0);
  await page.getByRole('button', { name: 'Add key-auth' }).click();
  await page.getByLabel('Key', { exact: true }).fill('phone-key-0815');
  await save(page, 'A phone');

  await page.getByRole('heading', { name: 'jack/phone' }).waitFor();
  const { body } = await admin.call('GET', '/apisix/admin/consumers/jack/credentials/phone');
  expect(body).toMatchObject({ value: { id: 'phone', plugins: { 'key-auth': { key: 'phone-key-0815' } } } });
  await page.getByRole('link', { name: 'Consumer jack' }).click();
  await page.getByRole('table', { name: 'Credentials' }).getByRole('link', { name: 'phone' }).waitFor();
  expect(await page.content()).not.toContain('phone-key-0815');
  expect(complaints).toEqual([]);
});

test('a new credential without a consumer is begun where the consumer is', async () => {
  const { page } = await stage.signedIn();
  await page.goto(room('create/credentials'));
  await page.getByText('Open a consumer and add it there.').waitFor();
});

test('what is stored and not served says so, in its list and on its page', async () => {
  const { admin } = stage.house;
  await admin.put('stream_routes/mqtt', { server_port: 9100, upstream: { nodes: { '127.0.0.1:1': 1 } } });
  await admin.put('services/shop', { upstream: { nodes: { '127.0.0.1:1': 1 } } });
  await admin.put('services/shop/graphql_cost_decorations/d1', { field_path: 'Query.products' });
  const { page, complaints } = await stage.signedIn();

  for (const path of ['resources/stream_routes', 'resources/stream_routes/mqtt']) {
    await page.goto(room(path));
    await page.getByRole('alert').filter({ hasText: 'Not served' }).waitFor();
    expect(await findings(page), path).toEqual([]);
  }
  await page.goto(room('resources/services/shop'));
  await page.getByText('Query.products').waitFor();
  expect(await findings(page)).toEqual([]);
  expect(complaints).toEqual([]);
});

test('a proto is written in the form', async () => {
  const { page } = await stage.signedIn();
  await page.goto(room('create/protos'));
  await page.getByLabel('Id', { exact: true }).fill('hello');
  await page.getByLabel('Content', { exact: true }).fill('syntax = "proto3"; message A { string a = 1; }');
  await save(page, 'A proto');
  await page.getByRole('heading', { name: 'hello' }).waitFor();
});
