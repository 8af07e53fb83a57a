import { addField, type Fields } from './form-fields.ts';

const partsMax = 1_000;
const headBytesMax = 8 * 1024;

/** The fields of a form with files (RFC 7578), files as text; what is not well formed is left out. */
export function multipartFields(content: Buffer, contentType: string): Fields {
  const fields: Record<string, string | string[]> = Object.create(null) as Record<string, string | string[]>;
  const boundary = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType);
  const delimiter = boundary && Buffer.from(`--${boundary[1] ?? boundary[2] ?? ''}`);
  if (!delimiter) return fields;
  let at = content.indexOf(delimiter);
  for (let parts = 0; at >= 0 && parts < partsMax; parts += 1) {
    const start = at + delimiter.length;
    const next = content.indexOf(delimiter, start);
    if (next < 0) break;
    // The line break after the delimiter, and the one before the next, belong to the delimiters.
    addPart(fields, content.subarray(start + 2, next - 2));
    at = next;
  }
  return fields;
}

function addPart(fields: Record<string, string | string[]>, part: Buffer): void {
  const end = part.indexOf('\r\n\r\n');
  if (end < 0 || end > headBytesMax) return;
  const head = part.toString('utf8', 0, end);
  const name = /^content-disposition:\s*form-data\b[^\r\n]*?;\s*name=(?:"([^"\r\n]*)"|([^\s;]+))/im.exec(head);
  if (name) addField(fields, name[1] ?? name[2] ?? '', part.toString('utf8', end + 4));
}
