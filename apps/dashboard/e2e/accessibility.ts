import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** What is wrong with a page for those who cannot see it well or use no mouse, and how far it overflows the screen. */
export async function findings(page: Page): Promise<string[]> {
  await page.evaluate(movementsOver);
  await page.evaluate(axe.source);
  const report = (await page.evaluate('axe.run()')) as axe.AxeResults;
  const violations = report.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  const overflow = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
  return overflow === 0 ? violations : [...violations, `overflows by ${overflow} px`];
}

/** Waits until a page has a heading and nothing on it is still on its way. The event stream never ends, so that the network says nothing. */
export async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.locator('[aria-busy="true"], .mantine-Skeleton-root').first().waitFor({ state: 'detached' });
}

/** What fades in has less contrast for a moment. What moves for ever, such as a skeleton, is not waited for. */
const movementsOver = `(async () => {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const moving = () => document.getAnimations().filter(({ effect }) => effect.getComputedTiming().endTime !== Infinity);
  do {
    await Promise.all(moving().map(({ finished }) => finished.catch(() => undefined)));
    // What is to move next begins within two frames.
    await frame();
    await frame();
  } while (moving().length > 0);
})()`;
