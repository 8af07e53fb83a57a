import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { tickMs, usageOf } from './process-tree.ts';

/** Measures, from now on, how much of the machine is taken by what does not belong to this program. */
export async function watchOthers(): Promise<() => Promise<number>> {
  // This program itself may be bound to fewer.
  const cores = cpus().length;
  const [began, busyBefore, ownBefore] = [performance.now(), await busyMs(), await ownMs()];
  return async () => {
    const passed = (performance.now() - began) * cores;
    const others = (await busyMs()) - busyBefore - ((await ownMs()) - ownBefore);
    return Math.max(0, others / passed);
  };
}

async function ownMs(): Promise<number> {
  return (await usageOf(process.pid)).cpuMs;
}

/** Everything that was not idle since the machine started, what a hypervisor took away included. */
async function busyMs(): Promise<number> {
  const [, user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = (await readFile('/proc/stat', 'utf8'))
    .slice(0, 200)
    .split(/\s+/)
    .map(Number);
  return (user + nice + system + irq + softirq + steal) * tickMs;
}
