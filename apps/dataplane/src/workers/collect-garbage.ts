import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** From so many resources on, what a change leaves behind is worth a pause. */
const manyResources = 5_000;

/** What Node's `gc` takes; `last-resort` gives pages back to the system as well. */
type Collect = (how: { type: 'major'; execution: 'sync'; flavor: 'last-resort' }) => void;

let collect: Collect | undefined;

/**
 * Collects garbage after a change of many resources, where nobody waits: V8 would otherwise keep for long what it was given
 * for it, several times the size of the configuration.
 */
export function collectGarbageAfter(resources: number): void {
  if (resources < manyResources) return;
  collect ??= exposedCollector();
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}

/** Only a new context sees the function after the flag is set. */
function exposedCollector(): Collect {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as Collect;
}
