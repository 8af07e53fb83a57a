import { reply, type Reply } from '@sluice/plugin-kit';

/** For one browser, and nobody shall keep it for others. */
const uncached = { 'Cache-Control': 'no-cache, no-store, max-age=0' };

/** Sends a browser somewhere else. */
export function redirectTo(address: string): Reply {
  return reply(302, null, { Location: address, ...uncached });
}

/** Shows a browser a page. */
export function page(contentType: string, html: string): Reply {
  return reply(200, html, { 'Content-Type': contentType, ...uncached });
}
