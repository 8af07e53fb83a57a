import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import axe from 'axe-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stage, startStage } from './browser.ts';
import { button } from './controls.ts';

const run = promisify(execFile);
let directory: string;
let stage: Stage;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sluice-fleet-'));
  // One certificate for both ends, its own authority: the house has one environment for both.
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', 'house.key'];
  const subject = ['-subj', '/CN=house', '-addext', 'subjectAltName=IP:127.0.0.1'];
  await run('openssl', ['req', '-x509', ...key, '-out', 'house.pem', '-days', '1', ...subject], { cwd: directory });
  stage = await startStage({
    SLUICE_GRPC_TLS_CERT: join(directory, 'house.pem'),
    SLUICE_GRPC_TLS_KEY: join(directory, 'house.key'),
    SLUICE_GRPC_TLS_CA: join(directory, 'house.pem'),
  });
});
afterAll(async () => {
  await stage[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

const putRoute = (id: string) =>
  stage.house.admin.put(`routes/${id}`, { uri: `/${id}`, upstream: { nodes: { '127.0.0.1:1980': 1 } } });

test('a join token is shown once, stands in the list without its secret, and can be revoked', async () => {
  const { page, complaints } = await stage.signedIn();
  await page.getByRole('link', { name: 'Data planes', exact: true }).first().click();
  await page.getByText('No join tokens').waitFor();
  await button(page, 'Add a data plane').click();
  await page.getByLabel('Name', { exact: true }).fill('rack 12');
  await button(page, 'Make a token').click();

  const settings = await page.getByLabel('Settings of the data plane').innerText();
  expect(settings).toMatch(/^SLUICE_JOIN_TOKEN=sluice1\.[0-9a-f]{64}\.[\w-]{43}$/m);
  await button(page, 'Done').click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.getByRole('table', { name: 'Join tokens' }).getByText('rack 12').waitFor();
  const secret = settings.split('.').at(-1) ?? '';
  expect((await page.content()).includes(secret)).toBe(false);

  await button(page, 'Revoke rack 12').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await page.getByText('revoked', { exact: true }).waitFor();
  expect(complaints).toEqual([]);
});

test('a group that is blocked says by what, and one click undoes it', async () => {
  await putRoute('culprit');
  const { revision } = await stage.house.admin.group();
  const { page } = await stage.signedIn();
  const errors = [{ kind: 'route', id: 'culprit', message: 'no such plugin', field: '/plugins', revision }];
  await page.route('**/api/v1/groups/default/overview', async (route) => {
    const response = await route.fetch();
    const overview = (await response.json()) as { revision: number };
    const blocked = overview.revision === revision ? { revision, errors, instances: ['dp-1'] } : null;
    await route.fulfill({ response, json: { ...overview, blocked } });
  });
  await page.reload();

  const banner = page.getByRole('region', { name: 'Blocked' });
  await banner.getByText('no such plugin').waitFor();
  await banner.getByRole('link', { name: 'Route culprit' }).waitFor();
  await banner.getByRole('button', { name: `Undo revision ${revision}` }).click();
  await banner.waitFor({ state: 'detached' });
  await stage.house.untilInSync();
  expect((await stage.house.admin.call('GET', '/apisix/admin/routes/culprit')).status).toBe(404);
});

test('the traffic can be looked at over the last hour and the last year', async () => {
  const { page, complaints } = await stage.signedIn();
  for (const range of ['1 h', '1 y']) {
    await page.getByRole('radiogroup', { name: 'Time range' }).getByText(range, { exact: true }).click();
    await page
      .getByText('No figures yet')
      .or(page.getByRole('img', { name: /Requests and errors/ }))
      .waitFor();
  }
  expect(complaints).toEqual([]);
});

test.each([
  { dark: false, width: 1280 },
  { dark: true, width: 400 },
])('the page of a data plane tells its history, is accessible, and nothing overflows (%j)', async (look) => {
  await putRoute(`history-${look.width}`);
  const { revision } = await stage.house.admin.group();
  const { page, complaints } = await stage.signedIn(look);
  await page.goto('/g/default/data-planes');
  await page.getByRole('table', { name: 'Data planes' }).getByRole('link').first().click();

  await page
    .getByRole('listitem')
    .filter({ hasText: `Serves revision ${revision}` })
    .waitFor();
  await page.evaluate(axe.source);
  const report = (await page.evaluate('axe.run()')) as axe.AxeResults;
  expect(report.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
  expect(complaints).toEqual([]);
});

test('a data plane that is drained in the browser closes its port, and the page tells so', async () => {
  const { page } = await stage.signedIn();
  await page.goto('/g/default/data-planes');
  await page.getByRole('table', { name: 'Data planes' }).getByRole('link').first().click();
  await button(page, 'Drain').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Drain' }).click();

  await page.getByText('draining', { exact: true }).waitFor();
  await page.getByText(/“drain” was carried out/).waitFor();
  await expect
    .poll(() =>
      fetch(stage.house.proxyUrl).then(
        () => 'open',
        () => 'closed',
      ),
    )
    .toBe('closed');
});
