import { setFlagsFromString } from 'node:v8';
// oxlint-disable-next-line no-restricted-imports -- no sandbox is wanted: a new context is where V8 shows its collector
import { runInNewContext } from 'node:vm';

/** What Node's `gc` takes; `last-resort` gives pages back to the system as well. */
type Collect = (how: { type: 'major'; execution: 'sync'; flavor: 'last-resort' }) => void;

let collect: Collect | undefined;

/**
 * Collects garbage at the end of a start, where nobody waits: V8 would otherwise keep for long what it was given to load
 * programs and the first configuration, several times the size of what stays.
 */
export function collectGarbage(): void {
  collect ??= exposedCollector();
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}

/** Only a new context sees the function after the flag is set. */
function exposedCollector(): Collect {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as Collect;
}
