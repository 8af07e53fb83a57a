import { isJsonObject } from '@sluice/schema';
import { withField } from '../../schema-form/json.ts';

/** A configuration switched on or off. On is how a plugin is without a word about it, so the word is taken out again. */
export function switched(config: unknown, isEnabled: boolean): unknown {
  const fields = isJsonObject(config) ? config : {};
  const meta = withField(fields['_meta'], 'disable', isEnabled ? undefined : true);
  return withField(fields, '_meta', Object.keys(meta).length === 0 ? undefined : meta);
}
