/** Fields of a form; one that was sent several times is a list. */
export type Fields = Readonly<Record<string, string | string[]>>;

/** More than any form that people fill in; what follows is left out. */
const fieldsMax = 1_000;

/** Whether a body is what a browser sends for a form without files. */
export function isFormType(contentType: string): boolean {
  return /^application\/x-www-form-urlencoded\b/i.test(contentType);
}

/** The fields of an URL-encoded form. */
export function formFields(text: string): Fields {
  const fields: Record<string, string | string[]> = Object.create(null) as Record<string, string | string[]>;
  let count = 0;
  for (const [name, value] of new URLSearchParams(text)) {
    count += 1;
    if (count > fieldsMax) break;
    addField(fields, name, value);
  }
  return fields;
}

/** Adds a value to a field, which becomes a list with the second one. */
export function addField(fields: Record<string, string | string[]>, name: string, value: string): void {
  const before = fields[name];
  if (before === undefined) fields[name] = value;
  else if (Array.isArray(before)) before.push(value);
  else fields[name] = [before, value];
}
