import { readdir, readFile } from 'node:fs/promises';

/** What a process and all its descendants have used, all their threads included. */
export interface TreeUsage {
  /** User and system time since their start, in milliseconds, that of ended children included; counted in steps of 10. */
  readonly cpuMs: number;
  readonly rssBytes: number;
}

interface Stat {
  readonly parent: number;
  readonly cpuTicks: number;
  readonly rssPages: number;
}

/** Linux shows time to programs in ticks of this length on every architecture that Node runs on. */
export const tickMs = 10;
const pageBytes = 4096;

/** Reads the usage of a process tree from /proc. */
export async function usageOf(root: number): Promise<TreeUsage> {
  const stats = new Map<number, Stat>();
  for (const name of await readdir('/proc')) {
    const pid = Number(name);
    const stat = Number.isInteger(pid) ? await statOf(pid) : undefined;
    if (stat) stats.set(pid, stat);
  }
  const members = [...stats].filter(([pid]) => isBelow(pid, root, stats)).map(([, stat]) => stat);
  if (members.length === 0) throw new Error(`Process ${root} is gone.`);
  return {
    cpuMs: members.reduce((sum, { cpuTicks }) => sum + cpuTicks, 0) * tickMs,
    rssBytes: members.reduce((sum, { rssPages }) => sum + rssPages, 0) * pageBytes,
  };
}

function isBelow(pid: number, root: number, stats: ReadonlyMap<number, Stat>): boolean {
  for (let at: number | undefined = pid; at !== undefined && at > 0; at = stats.get(at)?.parent)
    if (at === root) return true;
  return false;
}

/** Undefined where the process ended in the meantime. */
async function statOf(pid: number): Promise<Stat | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The name of the program stands in parentheses and may itself contain anything.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  if (!fields) return undefined;
  const field = (number: number): number => Number(fields[number - 3]);
  return { parent: field(4), cpuTicks: field(14) + field(15) + field(16) + field(17), rssPages: field(24) };
}
