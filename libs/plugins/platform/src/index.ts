import type { AnyPlugin } from '@sluice/plugin-kit';
import { batchRequests } from './batch-requests/plugin.ts';
import { publicApi } from './public-api/plugin.ts';

/** The plugins of this family. */
export const plugins: readonly AnyPlugin[] = [batchRequests, publicApi];
