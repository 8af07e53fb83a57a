import type { PluginConfigOf } from '@sluice/schema';
import type { openidConnectSchema } from './schema.ts';

/** A configuration of the plugin, defaults filled. */
export type OpenidConfig = PluginConfigOf<typeof openidConnectSchema>;
