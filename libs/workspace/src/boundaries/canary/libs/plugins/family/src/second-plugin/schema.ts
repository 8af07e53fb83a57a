import { limit } from './limits.schema.ts';

export const secondPluginSchema = { name: 'second-plugin', limit };
