import type { TSchema } from 'typebox';
/** Placeholder. */
export function docsTable(_schema: TSchema): string {
  return '';
}
