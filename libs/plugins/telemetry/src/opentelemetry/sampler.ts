import type { PluginConfigOf } from '@sluice/schema';
import type { TraceParent } from '../shared/trace-context.ts';
import type { opentelemetrySchema } from './schema.ts';

/** Says whether a request is recorded. */
export type Sampler = (traceId: string, parent: TraceParent | undefined) => boolean;

/** A rule, as it is configured. */
export type SamplerConfig = PluginConfigOf<typeof opentelemetrySchema>['sampler'];

type RootName = SamplerConfig['options']['root']['name'];

/** Compiles the rule. */
export function samplerOf({ name, options }: SamplerConfig): Sampler {
  if (name !== 'parent_base') return rootSampler(name, options.fraction);
  const { root } = options;
  // The schema says it as a default of a default, which may have been left incomplete.
  const forRoots = rootSampler(root?.name ?? 'always_off', root?.options?.fraction ?? 0);
  return (traceId, parent) => (parent === undefined ? forRoots(traceId, parent) : parent.isSampled);
}

const digits = 12;

function rootSampler(name: RootName, fraction: number): Sampler {
  if (name === 'always_off' || (name === 'trace_id_ratio' && fraction <= 0)) return () => false;
  if (name === 'always_on' || fraction >= 1) return () => true;
  // The lower half of an id is what its maker must draw at random, also in old ids; the same id is judged alike everywhere.
  const end = Math.floor(fraction * 16 ** digits)
    .toString(16)
    .padStart(digits, '0');
  return (traceId) => traceId.slice(16, 16 + digits) < end;
}
