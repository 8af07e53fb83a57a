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
