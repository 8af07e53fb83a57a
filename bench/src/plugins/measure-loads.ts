import { join } from 'node:path';
import { saturate, writeLoadScript } from '../measure/saturate.ts';
import { threadNanosOf } from '../measure/thread-time.ts';
import { bareLoad, type PluginLoad } from './plugin-loads.ts';
import { loadRequests } from './plugin-routes.ts';

/** What one load cost, round by round. */
export interface MeasuredLoad {
  readonly load: PluginLoad;
  /** Microseconds of CPU per request. */
  readonly micros: readonly number[];
  /** Those of its base, right before and after it. */
  readonly baseMicros: readonly number[];
}

/** Where loads are measured. */
export interface LoadBench {
  readonly url: string;
  readonly pid: number;
  readonly directory: string;
  readonly rounds: number;
  readonly seconds: number;
  note(text: string): void;
}

const connections = 32;
const attemptsMax = 3;
/** Loads between two measurements of their base: what the machine does in the meantime is hardly ever longer. */
const loadsPerBase = 3;

/** Measures all loads of one process in turns, those of equal base beside each other. */
export async function measureLoads(bench: LoadBench, loads: readonly PluginLoad[]): Promise<MeasuredLoad[]> {
  const scripts = new Map<PluginLoad, string>();
  for (const [at, load] of loads.entries()) {
    const script = join(bench.directory, `load-${at}.lua`);
    await writeLoadScript(script, loadRequests(load, at), 'in turn');
    scripts.set(load, script);
  }
  const once: Measure = (load) => microsOf(bench, load, scripts.get(load) ?? '');
  for (const load of loads) {
    bench.note(`${load.name}: warming up`);
    await once(load);
  }
  const measured = loads
    .filter((load) => load !== bareLoad)
    .map((load) => ({ load, micros: [] as number[], baseMicros: [] as number[] }));
  for (let round = 0; round < bench.rounds; round += 1) {
    bench.note(`round ${round + 1} of ${bench.rounds}`);
    for (const { base, members } of groupsOf(measured, loads)) await measureBeside(base, members, once);
  }
  return measured;
}

type Measure = (load: PluginLoad) => Promise<number>;

interface Samples extends MeasuredLoad {
  readonly micros: number[];
  readonly baseMicros: number[];
}

/** Measures the base before and after every few loads, and once each of those. */
async function measureBeside(base: PluginLoad, members: readonly Samples[], once: Measure): Promise<void> {
  let before = await once(base);
  for (let at = 0; at < members.length; at += loadsPerBase) {
    const some = members.slice(at, at + loadsPerBase);
    for (const { load, micros } of some) micros.push(await once(load));
    const after = await once(base);
    for (const { baseMicros } of some) baseMicros.push((before + after) / 2);
    before = after;
  }
}

function groupsOf(
  measured: readonly Samples[],
  loads: readonly PluginLoad[],
): { base: PluginLoad; members: Samples[] }[] {
  const byBase = Object.groupBy(measured, ({ load }) => load.base ?? bareLoad.name);
  return Object.entries(byBase).map(([name, members = []]) => {
    const base = loads.find((load) => load.name === name);
    if (!base) throw new Error(`There is no load "${name}" to compare with.`);
    return { base, members };
  });
}

/** A machine that stalls for the whole of a measurement gives no figure: it is made again. */
async function microsOf({ url, pid, seconds }: LoadBench, load: PluginLoad, script: string): Promise<number> {
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const before = await threadNanosOf(pid);
    const { requests } = await saturate({ name: load.name, url, pid, requests: [] }, script, seconds, connections);
    if (requests > 0) return ((await threadNanosOf(pid)) - before) / 1000 / requests;
  }
  throw new Error(`${load.name} answered nothing.`);
}
