import { isJsonObject } from '@sluice/schema';
import { withField } from '../../schema-form/json.ts';

/** Whether a plugin's configuration says that the plugin shall not run. */
export function isSwitchedOff(config: unknown): boolean {
  const meta = isJsonObject(config) ? config['_meta'] : undefined;
  return isJsonObject(meta) && meta['disable'] === true;
}

/** A configuration switched on or off. On is how a plugin is without a word about it, so the word is taken out again. */
export function switched(config: unknown, isEnabled: boolean): unknown {
  const fields = isJsonObject(config) ? config : {};
  const meta = withField(fields['_meta'], 'disable', isEnabled ? undefined : true);
  return withField(fields, '_meta', Object.keys(meta).length === 0 ? undefined : meta);
}
