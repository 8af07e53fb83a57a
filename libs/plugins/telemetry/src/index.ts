import type { AnyPlugin } from '@sluice/plugin-kit';
import { opentelemetry } from './opentelemetry/plugin.ts';
import { prometheus } from './prometheus/plugin.ts';
import { zipkin } from './zipkin/plugin.ts';

/** The plugins of this family. */
export const plugins: readonly AnyPlugin[] = [opentelemetry, prometheus, zipkin];
