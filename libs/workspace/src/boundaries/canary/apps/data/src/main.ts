import { plugins } from '@sluice/plugins-family';
import { schemas } from '@sluice/plugins-family/schemas';

export const known = [...schemas, ...plugins];
