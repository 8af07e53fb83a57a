import { firstPluginSchema } from './first-plugin/schema.ts';
import { secondPluginSchema } from './second-plugin/schema.ts';

export const schemas = [firstPluginSchema, secondPluginSchema];
