const sensitive = /auth|cookie|token|secret|passw|api-?_?key|credential|signature|session/i;
const mask = '***';

/** Whether a field or argument of this name usually carries something that only its sender should know. */
export function isSensitive(name: string): boolean {
  return sensitive.test(name) || /(^|[-_])key$|^(sig|pwd|pass|jwt|code)$/i.test(name);
}

/** Header fields for people to see. */
export function maskedFields(entries: Iterable<readonly [name: string, value: string]>): [string, string][] {
  return [...entries].map(([name, value]) => [name, isSensitive(name) ? mask : value]);
}

/** Path and query for people to see. */
export function maskedTarget(target: string): string {
  const mark = target.indexOf('?');
  if (mark < 0) return target;
  const args = target.slice(mark + 1).split('&');
  const shown = args.map((arg) => {
    const equals = arg.indexOf('=');
    return equals > 0 && isSensitive(arg.slice(0, equals)) ? `${arg.slice(0, equals)}=${mask}` : arg;
  });
  return `${target.slice(0, mark)}?${shown.join('&')}`;
}

/** The value of a variable for people to see, cut where it is long. */
export function maskedVariable(name: string, value: unknown): string {
  if (value === undefined) return 'missing';
  return isSensitive(name) ? mask : JSON.stringify(value).slice(0, 200);
}
