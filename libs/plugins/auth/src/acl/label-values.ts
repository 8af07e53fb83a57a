/** How the values of a label are written. */
export type LabelForm = 'segmented_text' | 'json' | 'table';

/** The values of a label, of what a consumer or an identity provider says: a list, JSON in a text, or a text of several. */
export function labelValues(written: unknown, form: LabelForm | undefined, separator: string): readonly string[] {
  if (Array.isArray(written)) return form === undefined || form === 'table' ? texts(written) : [];
  if (typeof written !== 'string') return [];
  if (form === 'table') return [];
  const list = form === 'segmented_text' ? undefined : listIn(written);
  if (list !== undefined || form === 'json') return list ?? [];
  return written
    .split(separator)
    .map((value) => value.trim())
    .filter((value) => value !== '');
}

function listIn(text: string): readonly string[] | undefined {
  if (!text.trimStart().startsWith('[')) return undefined;
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? texts(list) : undefined;
  } catch {
    // A text that only looks like JSON is a text.
    return undefined;
  }
}

function texts(list: readonly unknown[]): readonly string[] {
  return list.filter((value) => typeof value === 'string');
}
