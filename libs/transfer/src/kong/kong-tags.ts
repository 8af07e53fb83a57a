import type { JsonObject } from '@sluice/schema';
import type { Fields } from '../convert/fields.ts';

/** Tags as labels: `team:a` becomes `team: a`, a tag without a value says `true`. */
export function labelsOf(entity: Fields, more: Readonly<Record<string, string>> = {}): { labels?: JsonObject } {
  const tags = entity.texts('tags').map((tag) => {
    const [key = '', ...rest] = tag.replaceAll(/\s+/g, '-').split(':');
    return [key, rest.join(':') || 'true'] as const;
  });
  const labels = { ...Object.fromEntries(tags.filter(([key]) => key !== '')), ...more };
  return Object.keys(labels).length > 0 ? { labels } : {};
}

/** Fields that say when an entity was made and by which id it was known. */
export const bookkeeping = ['id', 'created_at', 'updated_at', 'ws_id'] as const;
