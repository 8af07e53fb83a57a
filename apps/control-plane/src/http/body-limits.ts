const KIB = 1024;

/** The largest body that most endpoints take; clients of the Admin API know the number from its message. */
export const bodyBytesMax = 1536 * KIB;

/** The largest document that is applied or imported: a configuration of more than 100,000 routes. */
export const documentBytesMax = 128 * KIB * KIB;

/** The largest change set: it carries up to 20,000 resources. */
export const changeSetBytesMax = 64 * KIB * KIB;

/** How much an endpoint takes, by the last part of its path; undefined for the usual limit. */
export function bodyLimitOf(url: string): number | undefined {
  if (url.endsWith('/change-sets')) return changeSetBytesMax;
  return /\/groups\/:group\/(?:plan|apply|imports)$/.test(url) ? documentBytesMax : undefined;
}
