import type { AnyPlugin } from '@sluice/plugin-kit';
import { keyAuth } from './key-auth/plugin.ts';

/** The plugins of this family. */
export const plugins: readonly AnyPlugin[] = [keyAuth];
