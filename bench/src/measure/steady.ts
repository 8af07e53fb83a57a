import { readFile } from 'node:fs/promises';
import { cores, runOn } from './command.ts';
import type { LoadTarget } from './saturate.ts';
import { percentile } from './statistics.ts';

/** Latencies at a rate that the target can keep. */
export interface SteadySample {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const clients = 32;

/** Sends requests at a fixed rate for some seconds, after one second that is not counted. */
export async function steady(
  target: LoadTarget,
  log: string,
  seconds: number,
  requestsPerSecond: number,
): Promise<SteadySample> {
  const [request] = target.requests;
  if (request === undefined) throw new Error('A steady load needs a request.');
  const headers = Object.entries(request.headers).map(([name, value]) => `--header=${name}: ${value}`);
  const perClient = Math.max(1, Math.round(requestsPerSecond / clients));
  const pace = [`--rps=${perClient}`, `--duration=${seconds}`, '--warm-up-time=1', `--clients=${clients}`];
  await runOn(cores.load, 'h2load', ['--h1', ...pace, `--log-file=${log}`, ...headers, target.url + request.path]);
  const lines = (await readFile(log, 'utf8')).trim().split('\n');
  const answers = lines.map((line) => line.split('\t').map(Number));
  const latencies = answers.filter(([, status]) => status === 200).map(([, , micros]) => (micros ?? 0) / 1000);
  // At the end of a run, the requests that are on their way are given up.
  if (latencies.length < answers.length - clients) throw new Error(`${target.name} did not answer every request.`);
  return { p50Ms: percentile(latencies, 0.5), p99Ms: percentile(latencies, 0.99) };
}
