import { writeFile } from 'node:fs/promises';
import { cores, runOn } from './command.ts';
import { usageOf } from './process-tree.ts';

/** A request as the load makes it. */
export interface LoadRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes of its body. */
  readonly bodyBytes?: number;
}

/** Where load goes: a listener, the process behind it, and what it is asked for. */
export interface LoadTarget {
  readonly name: string;
  readonly url: string;
  readonly pid: number;
  readonly requests: readonly LoadRequest[];
}

/** What one run at full load gave. */
export interface SaturatedSample {
  /** How many were answered. */
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly cpuMicrosPerRequest: number;
  readonly rssMib: number;
}

/** Loads a target as far as it goes, on `connections` kept connections. An answer that is not 2xx fails the run. */
export async function saturate(
  target: LoadTarget,
  script: string,
  seconds: number,
  connections: number,
): Promise<SaturatedSample> {
  const before = await usageOf(target.pid);
  const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s', '-s', script, target.url];
  const output = await runOn(cores.load, 'wrk', args);
  const after = await usageOf(target.pid);
  const requests = numberIn(output, /(\d+) requests in/);
  if (/Non-2xx|Socket errors/.test(output)) throw new Error(`${target.name} did not answer every request:\n${output}`);
  return {
    requests,
    requestsPerSecond: numberIn(output, /Requests\/sec:\s+([\d.]+)/),
    cpuMicrosPerRequest: ((after.cpuMs - before.cpuMs) * 1000) / requests,
    rssMib: after.rssBytes / 1024 / 1024,
  };
}

const linesPerFunction = 1_000;

/** Writes the script by which wrk sends one of the requests at random, or one after the other, all of them made beforehand. */
export async function writeLoadScript(
  path: string,
  requests: readonly LoadRequest[],
  order: 'at random' | 'in turn' = 'at random',
): Promise<void> {
  const made = requests.map(({ method, path: target, headers, bodyBytes = 0 }) => {
    const fields = Object.entries(headers).map(([name, value]) => `[${quoted(name)}]=${quoted(value)}`);
    const body = bodyBytes > 0 ? `string.rep("x",${bodyBytes})` : 'nil';
    return `made[#made+1]=wrk.format(${quoted(method)},${quoted(target)},{${fields.join(',')}},${body})`;
  });
  const { length } = requests;
  const pick = order === 'in turn' ? `at=at%${length}+1 return made[at]` : `return made[math.random(${length})]`;
  // A function of Lua holds only so many texts.
  const chunks = Array.from({ length: Math.ceil(made.length / linesPerFunction) }, (_, i) =>
    ['(function()', ...made.slice(i * linesPerFunction, (i + 1) * linesPerFunction), 'end)();'].join('\n'),
  );
  const lines = ['local made={}', 'local at=0', 'function init()', ...chunks, 'end', `function request() ${pick} end`];
  await writeFile(path, `${lines.join('\n')}\n`);
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

function numberIn(text: string, pattern: RegExp): number {
  const value = Number(pattern.exec(text)?.[1] ?? Number.NaN);
  if (Number.isNaN(value)) throw new Error(`The load generator printed no ${String(pattern)}:\n${text}`);
  return value;
}
