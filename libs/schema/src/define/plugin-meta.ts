import Type, { type Static } from 'typebox';
import { isJsonObject } from '../json/json-value.ts';

/** `_meta`, which every plugin's configuration may carry beside its own fields. */
export const pluginMetaSchema = Type.Object(
  {
    disable: Type.Optional(
      Type.Boolean({ title: 'Switched off', description: 'Keep the configuration, but do not run the plugin.' }),
    ),
    error_response: Type.Optional(
      Type.Unsafe<string | Record<string, unknown>>({
        oneOf: [{ type: 'string' }, { type: 'object' }],
        title: 'Error response',
        description: 'Body that replaces the one the plugin answers with when it refuses a request.',
      }),
    ),
    priority: Type.Optional(
      Type.Integer({
        title: 'Priority',
        description: 'Place in the order of plugins of this object; higher runs earlier.',
      }),
    ),
    filter: Type.Optional(
      Type.Unsafe<unknown[]>({
        type: 'array',
        title: 'Run only if',
        description: 'Expression over request variables; the plugin is skipped for requests that do not match it.',
      }),
    ),
    pre_function: Type.Optional(
      Type.String({
        'x-widget': 'long-text',
        title: 'Before the plugin',
        description:
          'A JavaScript function that runs before each phase of the plugin, with its configuration as argument and the ' +
          'request as `vars`. The fields of an object that it returns become variables of the request.',
      }),
    ),
  },
  { additionalProperties: false, title: 'Common settings', description: 'How and when the plugin runs.' },
);

/** `_meta` of one plugin's configuration. */
export type PluginMeta = Static<typeof pluginMetaSchema>;

/** Whether a plugin's configuration says that the plugin shall not run. */
export function isSwitchedOff(config: unknown): boolean {
  const meta = isJsonObject(config) ? config['_meta'] : undefined;
  return isJsonObject(meta) && meta['disable'] === true;
}
