import { answer } from '../shared/answer.ts';
import { firstPluginSchema } from './schema.ts';

export const firstPlugin = { schema: firstPluginSchema, answer };
