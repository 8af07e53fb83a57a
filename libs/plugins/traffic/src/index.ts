import type { AnyPlugin } from '@sluice/plugin-kit';
import { limitCount } from './limit-count/plugin.ts';

/** The plugins of this family. */
export const plugins: readonly AnyPlugin[] = [limitCount];
