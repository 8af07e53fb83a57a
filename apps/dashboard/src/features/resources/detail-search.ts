const tabs = ['summary', 'json', 'history', 'fields'] as const;

/** What the address of a resource may say beside which one it is. */
export interface DetailSearch {
  readonly tab?: (typeof tabs)[number];
}

/** Reads the tab from an address. */
export function readDetailSearch(raw: Record<string, unknown>): DetailSearch {
  const tab = tabs.find((known) => known === raw['tab']);
  return tab === undefined ? {} : { tab };
}
