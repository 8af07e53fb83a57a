import { availableParallelism } from 'node:os';
import type { SettingsValues } from '@sluice/settings';
import type { dataPlaneSettings } from '../config/settings.ts';

/** Where the program of a worker is: beside the built program, or the source when that runs as it is. */
export function workerProgram(): URL {
  const isSource = import.meta.url.endsWith('.ts');
  return new URL(isSource ? './worker.ts' : './worker.js', import.meta.url);
}

/** How many workers the settings ask for. */
export function workerCount({ workers }: Pick<SettingsValues<typeof dataPlaneSettings>, 'workers'>): number {
  return workers ?? availableParallelism();
}
