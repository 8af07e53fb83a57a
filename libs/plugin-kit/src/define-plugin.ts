import type { PluginConfigOf, PluginConsumerOf, PluginMetadataOf, PluginSchema } from '@sluice/schema';
import type { EndpointSetup } from './endpoint.ts';
import type { Hooks } from './hooks.ts';
import type { Kit } from './kit.ts';

/** What a plugin does: runs once per configuration (checked, defaults filled), returns what runs per request. */
export type PluginSetup<S extends PluginSchema> = (
  config: PluginConfigOf<S>,
  kit: Kit<PluginConsumerOf<S>, PluginMetadataOf<S>>,
) => Hooks;

/** A plugin: what can be configured and what it does. */
export interface Plugin<S extends PluginSchema = PluginSchema> {
  readonly schema: S;
  readonly setup: PluginSetup<S>;
  readonly endpoints?: EndpointSetup;
}

/** A plugin as catalogues and chains hold it, whose configuration type nobody needs to know. */
export interface AnyPlugin {
  readonly schema: PluginSchema;
  /** Method syntax, so that plugins of every configuration type fit; configurations are checked by `schema` before. */
  setup(config: unknown, kit: Kit): Hooks;
  readonly endpoints?: EndpointSetup;
}

/**
 * Declares a plugin. Parse, compile, connect and allocate in `setup`; what is left for a request should be a few
 * comparisons. `endpoints` are addresses that the plugin serves itself, whatever is configured.
 */
export function definePlugin<S extends PluginSchema>(
  schema: S,
  setup: PluginSetup<S>,
  endpoints?: EndpointSetup,
): Plugin<S> {
  return { schema, setup, ...(endpoints && { endpoints }) };
}
