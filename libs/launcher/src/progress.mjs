const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 100;

/**
 * @typedef {object} Progress
 * @property {<T>(label: string, run: (note: (detail: string) => void) => Promise<T> | T) => Promise<T>} step
 *   shows one line while `run` works, and its seconds afterwards
 * @property {(text: string) => void} line prints a line without breaking the one that a step holds open
 */

/**
 * One line per step, with seconds: redrawn on a terminal, plain text elsewhere.
 * @param {NodeJS.WritableStream & { isTTY?: boolean }} [stream]
 * @returns {Progress}
 */
export function createProgress(stream = process.stdout) {
  return stream.isTTY && process.env.TERM !== 'dumb' ? terminalProgress(stream) : plainProgress(stream);
}

/** @param {number} since */
const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/**
 * @param {NodeJS.WritableStream} stream
 * @returns {Progress}
 */
function plainProgress(stream) {
  let isLineOpen = false;
  /** @param {string} label @param {string} ending */
  const close = (label, ending) => {
    stream.write(isLineOpen ? `${ending}\n` : `  ${label} ... ${ending}\n`);
    isLineOpen = false;
  };
  return {
    async step(label, run) {
      const since = performance.now();
      let detail = '';
      stream.write(`  ${label} ... `);
      isLineOpen = true;
      try {
        const result = await run((text) => (detail = `${text}, `));
        close(label, `${detail}${seconds(since)}`);
        return result;
      } catch (error) {
        close(label, `failed after ${seconds(since)}`);
        throw error;
      }
    },
    line(text) {
      stream.write(`${isLineOpen ? '\n' : ''}${text}\n`);
      isLineOpen = false;
    },
  };
}

/**
 * @param {NodeJS.WritableStream} stream
 * @returns {Progress}
 */
function terminalProgress(stream) {
  /** @type {(() => void) | null} */
  let redraw = null;
  const clear = '\r\x1b[2K';
  return {
    async step(label, run) {
      const since = performance.now();
      let detail = '';
      let frame = 0;
      redraw = () => stream.write(`${clear}  ${FRAMES[frame++ % FRAMES.length]} ${label}  ${seconds(since)}`);
      redraw();
      const timer = setInterval(redraw, FRAME_MS);
      /** @param {string} mark */
      const close = (mark) => {
        clearInterval(timer);
        redraw = null;
        stream.write(`${clear}  ${mark} ${label}  ${detail}${seconds(since)}\n`);
      };
      try {
        const result = await run((text) => (detail = `${text}, `));
        close('✓');
        return result;
      } catch (error) {
        close('✗');
        throw error;
      }
    },
    line(text) {
      stream.write(`${redraw ? clear : ''}${text}\n`);
      redraw?.();
    },
  };
}
