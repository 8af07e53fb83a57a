/** Header values by name. */
export type HeaderMap = Readonly<Record<string, string | number>>;

/** Pattern of a header's name: anything without a colon. */
export const headerName = '^[^:]+$';

/** The value of one header line. */
export const headerLine = { oneOf: [{ type: 'string' }, { type: 'number' }] };

/** A map of header names, which are free, to values. */
export const headerMap = (title: string, description: string, value: object = headerLine) => ({
  type: 'object',
  minProperties: 1,
  patternProperties: { [headerName]: value },
  title,
  description,
});

/** What is wrong with the first name that no header can have (RFC 9110, token): such a line would break the message. */
export function checkHeaderNames(names: readonly string[]): string | undefined {
  return names.map(nameProblem).find((problem) => problem !== undefined);
}

function nameProblem(name: string): string | undefined {
  if (name === '') return 'invalid field length in header';
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) ? undefined : 'invalid field character in header';
}

/** Why the names are checked although the facts do not say so. */
export const headerNameMeaning = { meaning: 'A name that no header can have is refused, not sent.' };
