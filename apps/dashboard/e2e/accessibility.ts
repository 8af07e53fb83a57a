import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** What is wrong with a page for those who cannot see it well or use no mouse, and how far it overflows the screen. */
export async function findings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const report = (await page.evaluate('axe.run()')) as axe.AxeResults;
  const violations = report.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  const overflow = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
  return overflow === 0 ? violations : [...violations, `overflows by ${overflow} px`];
}
