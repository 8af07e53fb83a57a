import { CookieBrowser } from '@sluice/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { asBrowser, firstCredentials, signIn } from './browser.ts';
import { addGroup } from './credentials.ts';
import { type OidcHouse, startOidcHouse } from './oidc-house.ts';
import { startControlPlane, type TestControlPlane } from './start-control-plane.ts';

const START = '/api/v1/session/oidc';
let house: OidcHouse;
let plane: TestControlPlane;

beforeAll(async () => {
  house = await startOidcHouse();
  plane = await startControlPlane({
    ...house.settings,
    SLUICE_OIDC_NAME: 'the house',
    SLUICE_OIDC_ROLE_MAPPING: 'ops=admin,dev=prod:editor default:viewer,gone=nowhere:owner',
    SLUICE_PASSWORD_SIGN_IN: 'owners',
  });
  house.serve(plane.url);
  await addGroup(plane, 'prod');
  house.accounts.set('1', { preferred_username: 'olga', name: 'Olga O', email: 'olga@example.org', groups: ['ops'] });
});
afterAll(async () => {
  await plane[Symbol.asyncDispose]();
  await house[Symbol.asyncDispose]();
});
beforeEach(async () => {
  house.visitor = '1';
  await plane.database.query('DELETE FROM sign_in_attempt');
});

const isCallback = (url: URL): boolean => url.pathname.endsWith('/callback');
const isPage = (url: URL): boolean => url.href.startsWith(plane.url) && !url.pathname.startsWith('/api/');

/** Begins a sign-in and stays with the provider: the address to which it sends the browser back. */
async function comeBack(browser: CookieBrowser, change: (url: URL) => void = () => undefined): Promise<URL> {
  const first = await browser.ask(plane.url + START);
  expect(first.status).toBe(303);
  const authorization = new URL(first.headers.get('location') ?? '');
  change(authorization);
  return browser.follow(authorization, isCallback);
}

/** Signs in from beginning to end; returns the page to which it leads, such as `/` or `/sign-in?error=...`. */
async function enter(browser = new CookieBrowser(), start = START): Promise<string> {
  const { pathname, search } = await browser.follow(plane.url + start, isPage);
  return pathname + search;
}

const session = (browser: CookieBrowser) =>
  asBrowser(plane, 'GET', '/api/v1/session', undefined, { cookie: browser.cookie });

const refusals = async (): Promise<unknown[]> =>
  (await plane.call('GET', '/api/v1/audit?failed=true&limit=1')).body.list.map(
    ({ detail }: { detail: unknown }) => detail,
  );

test('an answer with another state is refused', async () => {
  const browser = new CookieBrowser();
  const callback = await comeBack(browser);
  callback.searchParams.set('state', 'of-somebody-else');
  expect((await browser.follow(callback, isPage)).search).toBe('?error=oidc_refused');
  expect((await session(browser)).status).toBe(401);
  expect(await refusals()).toEqual([{ method: 'oidc', reason: 'oidc_refused' }]);
});

test('an ID token for another nonce is refused', async () => {
  const browser = new CookieBrowser();
  const callback = await comeBack(browser, (url) => url.searchParams.set('nonce', 'of-somebody-else'));
  expect((await browser.follow(callback, isPage)).search).toBe('?error=oidc_refused');
});

test('a code that was asked for with another PKCE challenge is refused', async () => {
  const browser = new CookieBrowser();
  const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
  const callback = await comeBack(browser, (url) => url.searchParams.set('code_challenge', challenge));
  expect((await browser.follow(callback, isPage)).search).toBe('?error=oidc_refused');
});

test('a code that has expired is refused', async () => {
  const browser = new CookieBrowser();
  const callback = await comeBack(browser);
  const code = await house.provider.AuthorizationCode.find(callback.searchParams.get('code') ?? '');
  await code?.destroy();
  expect((await browser.follow(callback, isPage)).search).toBe('?error=oidc_refused');
});

test('a code is good once', async () => {
  const browser = new CookieBrowser();
  const callback = await comeBack(browser);
  const kept = browser.cookie;
  expect((await browser.follow(callback, isPage)).pathname).toBe('/');
  const again = await fetch(callback, { redirect: 'manual', headers: { cookie: kept } });
  expect(again.headers.get('location')).toBe('/sign-in?error=oidc_refused');
});

test('a sign-in that another browser began cannot be ended', async () => {
  const callback = await comeBack(new CookieBrowser());
  expect((await new CookieBrowser().follow(callback, isPage)).search).toBe('?error=oidc_expired');
});

test('somebody who says no at the provider comes back to the sign-in page', async () => {
  house.visitor = null;
  expect(await enter()).toBe('/sign-in?error=oidc_denied');
});

test('whoever has no role is turned away and leaves no user behind', async () => {
  house.accounts.set('2', { preferred_username: 'stranger', groups: ['sales', 'gone'] });
  house.visitor = '2';
  expect(await enter()).toBe('/sign-in?error=oidc_no_role');
  expect((await plane.call('GET', '/api/v1/users?search=stranger')).body.total).toBe(0);
});

test('whoever takes the name of a user at the provider does not become that user', async () => {
  house.accounts.set('3', { preferred_username: 'ADMIN', groups: ['ops'] });
  house.visitor = '3';
  expect(await enter()).toBe('/sign-in?error=oidc_name_taken');
});

test('somebody who signs in for the first time becomes a user, with the roles of their groups', async () => {
  house.accounts.set('4', { preferred_username: 'dora', name: 'Dora', email: 'd@example.org', groups: ['dev', 'x'] });
  house.visitor = '4';
  const browser = new CookieBrowser();
  expect(await enter(browser, `${START}?redirect=/g/prod/overview`)).toBe('/g/prod/overview');
  expect((await session(browser)).body).toMatchObject({
    user: { username: 'dora', role: null, display_name: 'Dora' },
    grants: [
      { group: 'default', role: 'viewer' },
      { group: 'prod', role: 'editor' },
    ],
    method: 'oidc',
  });
  const user = (await plane.call('GET', '/api/v1/users/dora')).body;
  expect(user).toMatchObject({ origin: 'oidc', email: 'd@example.org', roles_from_provider: true });
  expect((await plane.call('POST', '/api/v1/users/dora/password')).status).toBe(409);
  expect((await plane.call('PATCH', '/api/v1/users/dora', { role: 'admin' })).status).toBe(409);
});

test('roles follow the provider at each sign-in, also for sessions that are open', async () => {
  const browser = new CookieBrowser();
  expect(await enter(browser)).toBe('/');
  expect((await session(browser)).body.user.role).toBe('admin');
  house.accounts.set('1', { preferred_username: 'olga-renamed', groups: ['dev'] });
  expect(await enter()).toBe('/');
  expect((await session(browser)).body).toMatchObject({ user: { username: 'olga', role: null } });
  const [entry] = (await plane.call('GET', '/api/v1/audit?action=user.update&id=olga')).body.list;
  expect(entry).toMatchObject({
    actor: 'single sign-on',
    detail: { roles: { before: ['admin'], after: ['default:viewer', 'prod:editor'] } },
  });
  house.accounts.set('1', { groups: [] });
  expect(await enter()).toBe('/sign-in?error=oidc_no_role');
  expect((await session(browser)).status).toBe(401);
});

test('a user who is disabled here stays out, whatever the provider says', async () => {
  house.accounts.set('5', { preferred_username: 'eve', groups: ['ops'] });
  house.visitor = '5';
  expect(await enter()).toBe('/');
  await plane.call('PATCH', '/api/v1/users/eve', { disabled: true });
  expect(await enter()).toBe('/sign-in?error=oidc_disabled');
});

test.each(['https://evil.example', '//evil.example', '/\\evil.example', '/api/v1/session', 'javascript:alert(1)'])(
  'a sign-in leads to no other site: %s',
  async (page) => {
    house.accounts.set('1', { preferred_username: 'olga', groups: ['ops'] });
    expect(await enter(new CookieBrowser(), `${START}?redirect=${encodeURIComponent(page)}`)).toBe('/');
  },
);

test('with passwords for owners only, an owner still gets in with one and nobody else does', async () => {
  const { username, password } = await firstCredentials(plane);
  expect((await asBrowser(plane, 'GET', '/api/v1/session/options')).body).toEqual({
    password: 'owners',
    oidc: { name: 'the house', url: START },
  });
  expect((await signIn(plane, username, password)).status).toBe(200);
  await plane.call('POST', '/api/v1/users', { username: 'local', role: 'admin', password: 'a long enough one' });
  expect((await signIn(plane, 'local', 'wrong')).body.error.code).toBe('BAD_CREDENTIALS');
  const answer = await signIn(plane, 'local', 'a long enough one');
  expect([answer.status, answer.body.error.code]).toEqual([403, 'PASSWORD_SIGN_IN_OFF']);
});

test('an ID token that the published keys did not sign is refused', async () => {
  await using other = await startOidcHouse();
  await using second = await startControlPlane({
    ...other.settings,
    SLUICE_DATABASE_URL: plane.databaseUrl,
    SLUICE_DATA_DIR: plane.dataDir,
    SLUICE_OIDC_DEFAULT_ROLE: 'viewer',
  });
  other.serve(second.url);
  other.visitor = '1';
  other.publishesForeignKeys = true;
  const page = await new CookieBrowser().follow(second.url + START, ({ pathname }) => pathname === '/sign-in');
  expect(page.search).toBe('?error=oidc_refused');
});

test('without a mapping roles are given here: a new user gets the usual one, and keeps what an administrator gives', async () => {
  await using other = await startOidcHouse();
  await using second = await startControlPlane({
    ...other.settings,
    SLUICE_DATABASE_URL: plane.databaseUrl,
    SLUICE_DATA_DIR: plane.dataDir,
    SLUICE_OIDC_DEFAULT_ROLE: 'viewer',
  });
  other.serve(second.url);
  other.accounts.set('9', { preferred_username: 'frida', groups: ['ops'] });
  other.visitor = '9';
  const isAtHome = (url: URL): boolean => url.href.startsWith(second.url) && !url.pathname.startsWith('/api/');
  expect((await new CookieBrowser().follow(second.url + START, isAtHome)).pathname).toBe('/');
  expect((await second.call('GET', '/api/v1/users/frida')).body.role).toBe('viewer');
  expect((await second.call('PATCH', '/api/v1/users/frida', { role: 'editor' })).status).toBe(200);
  await new CookieBrowser().follow(second.url + START, isAtHome);
  expect((await second.call('GET', '/api/v1/users/frida')).body.role).toBe('editor');
});

test('a provider that does not answer leads back to the sign-in page', async () => {
  await using second = await startControlPlane({
    SLUICE_DATABASE_URL: plane.databaseUrl,
    SLUICE_DATA_DIR: plane.dataDir,
    SLUICE_OIDC_ISSUER: 'http://127.0.0.1:9',
    SLUICE_OIDC_CLIENT_ID: 'sluice',
  });
  const response = await fetch(second.url + START, { redirect: 'manual' });
  expect(response.headers.get('location')).toBe('/sign-in?error=oidc_unavailable');
});

test.each([
  [{ SLUICE_OIDC_ISSUER: 'http://login.example' }, 'SLUICE_OIDC_CLIENT_ID'],
  [{ SLUICE_OIDC_ISSUER: 'http://login.example', SLUICE_OIDC_CLIENT_ID: 'x' }, 'SLUICE_OIDC_ISSUER'],
  [
    { SLUICE_OIDC_ISSUER: 'https://login.example', SLUICE_OIDC_CLIENT_ID: 'x', SLUICE_OIDC_ROLE_MAPPING: 'ops=king' },
    'SLUICE_OIDC_ROLE_MAPPING',
  ],
])('settings that cannot work keep a control plane from starting, by name: %o', async (env, name) => {
  const shared = { SLUICE_DATABASE_URL: plane.databaseUrl, SLUICE_DATA_DIR: plane.dataDir };
  await expect(startControlPlane({ ...shared, ...env })).rejects.toThrow(name);
});
