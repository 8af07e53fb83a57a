const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** The three forms of RFC 9110, section 5.6.7: that of today, that of RFC 850, that of C. */
const forms: readonly {
  readonly pattern: RegExp;
  readonly order: readonly [day: number, month: number, year: number];
}[] = [
  { pattern: /^[a-z]{3}, (\d\d) ([a-z]{3}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT$/i, order: [1, 2, 3] },
  { pattern: /^[a-z]{6,9}, (\d\d)-([a-z]{3})-(\d\d) (\d\d):(\d\d):(\d\d) GMT$/i, order: [1, 2, 3] },
  { pattern: /^[a-z]{3} ([a-z]{3}) ([ \d]\d) (\d\d):(\d\d):(\d\d) (\d{4})$/i, order: [2, 1, 6] },
];

/** Milliseconds since the epoch; undefined for what is no date of HTTP. `now` decides the century of a year of two digits. */
export function parseHttpDate(text: string, now: number): number | undefined {
  for (const { pattern, order } of forms) {
    const match = pattern.exec(text);
    if (match === null) continue;
    const [day, month, year] = order.map((at) => match[at] ?? '') as [string, string, string];
    const time = order[2] === 6 ? [match[3], match[4], match[5]] : [match[4], match[5], match[6]];
    return timeOf(fullYear(year, now), months.indexOf(month.toLowerCase()), Number(day), time.map(Number));
  }
  return undefined;
}

function timeOf(year: number, month: number, day: number, time: readonly number[]): number | undefined {
  const [hours = 0, minutes = 0, seconds = 0] = time;
  if (month < 0 || hours > 23 || minutes > 59 || seconds > 60) return undefined;
  const ms = Date.UTC(year, month, day, hours, minutes, seconds);
  // A day that the month does not have would be one of the next.
  return new Date(Date.UTC(year, month, day)).getUTCDate() === day ? ms : undefined;
}

/** A year of two digits is never more than 50 years ahead. */
function fullYear(year: string, now: number): number {
  if (year.length === 4) return Number(year);
  const thisYear = new Date(now).getUTCFullYear();
  const candidate = thisYear - (thisYear % 100) + Number(year);
  return candidate > thisYear + 50 ? candidate - 100 : candidate;
}
