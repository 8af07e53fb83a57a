import { isAlive } from '../process/process-identity.mjs';
import { readPidFile } from '../process/pid-file.mjs';
import { postmasterStopSignals } from '../postgres/postmaster.mjs';
import { endRecorded, pidFileOf } from '../supervise/supervise.mjs';

/** In the order in which everything stops: who is used by others goes last. */
const NAMES = ['dataplane', 'control-plane', 'postgres'];

/**
 * Ends what a killed launcher left running. A number that another process has taken since is left alone.
 * @param {import('../supervise/supervise.mjs').Places} places
 * @param {(text: string) => void} say
 */
export async function endOrphans(places, say) {
  for (const name of NAMES) {
    const pidFile = pidFileOf(places, name);
    const identity = readPidFile(pidFile);
    if (identity && isAlive(identity))
      say(`  Ending process ${identity.pid} (${name}), left by a launcher that was killed.`);
    await endRecorded(pidFile, { stopSignals: name === 'postgres' ? postmasterStopSignals : ['SIGTERM'] }, places);
  }
}
