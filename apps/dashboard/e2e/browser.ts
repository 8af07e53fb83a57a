import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type House, startHouse } from '@sluice/e2e';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const executablePath =
  ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path)) ?? 'chromium';

const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The built product with a browser in front of it. */
export interface Stage extends AsyncDisposable {
  readonly house: House;
  readonly password: string;
  /** A page of a browser that has never been here, with what went wrong on it. */
  open(options?: Look): Promise<VisitedPage>;
  /** The same, signed in and on the Overview: as the first user, or as somebody whom `addUser` made. */
  signedIn(options?: Look & { readonly as?: string }): Promise<VisitedPage>;
  /** Makes a user with a password that all of them have. */
  addUser(username: string, rights: UserRights): Promise<void>;
}

/** What a visitor's screen is like. */
interface Look {
  readonly dark?: boolean;
  readonly width?: number;
}

interface UserRights {
  readonly role?: string | null;
  readonly groups?: readonly { readonly group: string; readonly role: string }[];
}

const commonPassword = 'correct-horse-7';

/** A page, and everything that its console complained about. */
export interface VisitedPage {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly complaints: readonly string[];
}

/** Starts the product, with settings beside the usual ones, and Chromium. */
export async function startStage(settings: Readonly<Record<string, string>> = {}): Promise<Stage> {
  const cleanUp = new AsyncDisposableStack();
  const house = cleanUp.use(await startHouse(settings));
  const browser = await chromium.launch({ executablePath, args: quiet });
  cleanUp.defer(() => browser.close());
  const first = JSON.parse(await readFile(join(house.dataDir, 'first-start.json'), 'utf8')) as { password: string };
  const url = `http://127.0.0.1:${house.ports.admin}`;
  const open: Stage['open'] = (options = {}) => visit(browser, url, options);
  return {
    house,
    password: first.password,
    open,
    addUser: async (username, rights) => {
      const user = { username, role: null, ...rights, password: commonPassword, must_change_password: false };
      const { status, body } = await house.admin.call('POST', '/api/v1/users', user);
      if (status !== 201) throw new Error(`The user was not made: ${status} ${JSON.stringify(body)}`);
    },
    signedIn: async ({ as, ...look } = {}) => {
      const visited = await open(look);
      await signIn(visited.page, as === undefined ? first.password : commonPassword, as);
      await visited.page.getByRole('heading', { name: 'Overview' }).waitFor();
      return visited;
    },
    [Symbol.asyncDispose]: () => cleanUp.disposeAsync(),
  };
}

/** Fills in the sign-in form that is on the page. */
export async function signIn(page: Page, password: string, username = 'admin'): Promise<void> {
  await page.getByLabel('Username').fill(username);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

async function visit(browser: Browser, url: string, { dark = false, width = 1280 }: Look): Promise<VisitedPage> {
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width, height: 900 },
    colorScheme: dark ? 'dark' : 'light',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // A refused sign-in is a 401 on purpose, which Chromium logs for every failed request.
    if (message.type() === 'error' && !message.text().includes('status of 40')) complaints.push(message.text());
  });
  await page.goto('/');
  return { page, context, complaints };
}
