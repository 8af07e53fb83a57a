const DAY_MS = 86_400_000;

/** Days in an address: `2026-11-21`, in UTC, so that a link means the same for whoever follows it. */
interface Days {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Whether a text is a day of the calendar. */
export function isDay(text: unknown): text is string {
  if (typeof text !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** The moments that days mean to the control plane: the first is included, and the last day is meant whole. */
export function momentsOf({ from, to }: Days): Days {
  return {
    ...(from === undefined ? {} : { from: `${from}T00:00:00.000Z` }),
    ...(to === undefined ? {} : { to: new Date(Date.parse(to) + DAY_MS).toISOString() }),
  };
}
