import { randomUUID } from 'node:crypto';

export const firstPluginSchema = { name: randomUUID() };
