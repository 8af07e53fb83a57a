import { describeFailure } from './launch-failure.mjs';
import { Interrupted } from './interruption.mjs';

/** As a shell reports a command that Ctrl-C ended. */
const INTERRUPTED = 130;

/**
 * Runs a command's main function, prints what went wrong for a person, and sets the exit code.
 * @param {() => Promise<number | void>} main returns the exit code, 0 when nothing
 */
export async function runMain(main) {
  // Whoever reads our output may go away (a closed terminal, `| head`); the gateway must go on, and stop in order.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    process.exitCode = error instanceof Interrupted ? INTERRUPTED : 1;
    if (!(error instanceof Interrupted)) process.stderr.write(`\n${describeFailure(error)}\n`);
  }
}
