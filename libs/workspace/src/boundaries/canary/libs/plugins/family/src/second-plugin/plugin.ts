import { firstPlugin } from '../first-plugin/plugin.ts';
import { secondPluginSchema } from './schema.ts';

export const secondPlugin = { ...firstPlugin, schema: secondPluginSchema };
