import type { AnyPlugin } from '@sluice/plugin-kit';
import { proxyRewrite } from './proxy-rewrite/plugin.ts';

/** The plugins of this family. */
export const plugins: readonly AnyPlugin[] = [proxyRewrite];
