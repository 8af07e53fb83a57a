/** Header fields by name, or what is wrong with the text and in which line. */
export type ParsedHeaders =
  { readonly headers: Readonly<Record<string, string | string[]>> } | { readonly problem: string };

/** RFC 9110, 5.6.2: what a field may be called. */
const fieldName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Reads header fields as people write and paste them, one `Name: value` a line. */
export function parseHeaderLines(text: string): ParsedHeaders {
  const headers = new Map<string, string | string[]>();
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim();
    const value = line.slice(colon + 1).trim();
    if (colon < 0) return { problem: `Line ${i + 1} has no colon: write “Name: value”.` };
    if (!fieldName.test(name)) return { problem: `Line ${i + 1}: “${name}” cannot be the name of a field.` };
    const known = headers.get(name);
    headers.set(name, known === undefined ? value : [known, value].flat());
  }
  return { headers: Object.fromEntries(headers) };
}
