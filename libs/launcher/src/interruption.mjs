/**
 * A terminal's Ctrl-C reaches us twice, from the terminal and from npm, so that what follows at once is the same key press.
 */
const SAME_PRESS_MS = 700;

/**
 * @typedef {object} Interruption
 * @property {AbortSignal} signal the user wants us to stop
 * @property {AbortSignal} force the user wants us to stop now
 * @property {Promise<void>} asked resolves with the first
 */

/**
 * Takes over SIGINT, SIGTERM and SIGHUP: the first asks to stop, a second forces.
 * @param {NodeJS.EventEmitter} [source]
 * @returns {Interruption}
 */
export function interruption(source = process) {
  const stop = new AbortController();
  const force = new AbortController();
  let firstAt = 0;
  /** @type {() => void} */
  let tell = () => {};
  const asked = /** @type {Promise<void>} */ (new Promise((resolve) => (tell = resolve)));
  const onSignal = () => {
    if (!stop.signal.aborted) {
      firstAt = performance.now();
      stop.abort(new Interrupted());
      tell();
    } else if (performance.now() - firstAt > SAME_PRESS_MS) {
      force.abort(new Interrupted());
    }
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) source.on(name, onSignal);
  return { signal: stop.signal, force: force.signal, asked };
}

/** Thrown where work was given up because the user asked for it: no failure. */
export class Interrupted extends Error {
  constructor() {
    super('Interrupted.');
    this.name = 'Interrupted';
  }
}
