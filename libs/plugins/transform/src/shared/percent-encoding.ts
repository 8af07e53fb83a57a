const encoder = new TextEncoder();

/** What nginx leaves as it is in a path; a question mark would begin the query. */
const isUnsafeInPath = /[^!$&'()*+,\-./0-9:;=@A-Z[\]_a-z~]/gu;

/** What must not stand in a request line or a header line whatever it means there. */
const isUnsafeAnywhere = /[^\x21-\x7e]/gu;

/** Encodes decoded text for the path of a request. */
export function encodePath(text: string): string {
  return text.replace(isUnsafeInPath, percent);
}

/** Makes text that is encoded already, or ought to be, safe for a request line: decoded variables may hold a line break. */
export function encodeUnsafe(text: string): string {
  return text.replace(isUnsafeAnywhere, percent);
}

function percent(character: string): string {
  let encoded = '';
  for (const byte of encoder.encode(character)) encoded += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  return encoded;
}
