import type { AnyPlugin } from '@sluice/plugin-kit';
import { serverlessPostFunction } from './serverless-post-function/plugin.ts';
import { serverlessPreFunction } from './serverless-pre-function/plugin.ts';

/** The plugins of this family. */
export const plugins: readonly AnyPlugin[] = [serverlessPreFunction, serverlessPostFunction];
