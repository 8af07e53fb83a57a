import type { AnyPlugin } from '@sluice/plugin-kit';
import { prometheus } from './prometheus/plugin.ts';

/** The plugins of this family. */
export const plugins: readonly AnyPlugin[] = [prometheus];
