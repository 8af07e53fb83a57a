import type { Instance } from '../api/types.ts';

/** How far a revision has come: on how many of the connected data planes, and who refused it. */
export interface Progress {
  readonly state: 'unwatched' | 'on-its-way' | 'live' | 'refused';
  readonly live: number;
  readonly connected: number;
  readonly refusals: readonly { readonly instance: string; readonly reason: string }[];
}

/** Reads a revision's progress off what the data planes report. Those that are offline will catch up by themselves. */
export function progressOf(revision: number, instances: readonly Instance[]): Progress {
  const connected = instances.filter(({ status }) => status !== 'offline');
  const live = connected.filter(({ applied_revision }) => applied_revision >= revision).length;
  const refusals = connected.flatMap(({ hostname, applied_revision, last_nack }) =>
    last_nack?.revision === revision && applied_revision < revision
      ? [{ instance: hostname, reason: last_nack.errors[0]?.message ?? 'No reason given.' }]
      : [],
  );
  return { state: stateOf(live, connected.length, refusals.length), live, connected: connected.length, refusals };
}

function stateOf(live: number, connected: number, refusals: number): Progress['state'] {
  if (connected === 0) return 'unwatched';
  if (refusals > 0) return 'refused';
  return live === connected ? 'live' : 'on-its-way';
}

/** A revision's progress in a sentence. */
export function progressText(revision: number, { state, live, connected }: Progress): string {
  if (state === 'unwatched') return `Revision ${revision} is saved. No data plane is connected.`;
  return `Revision ${revision} is live on ${live} of ${connected} data planes`;
}
