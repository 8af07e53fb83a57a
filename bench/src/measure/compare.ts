import type { Bench, Table } from '../bench.ts';
import { folderFor } from '../bench.ts';
import { type LoadTarget, saturate, type SaturatedSample, writeLoadScript } from './saturate.ts';
import { steady, type SteadySample } from './steady.ts';
import { median } from './statistics.ts';

/** How targets are compared. */
export interface Comparison {
  readonly title: string;
  /** The first one is what the others are measured against. */
  readonly targets: readonly LoadTarget[];
  readonly connections?: number;
  /** Latencies at an equal fixed rate, too: half of what the slowest target can do. */
  readonly steadily?: boolean;
  /** Name of a second target to measure against. */
  readonly alsoAgainst?: string;
}

interface Contest {
  readonly target: LoadTarget;
  readonly script: string;
  readonly samples: SaturatedSample[];
  readonly steady: SteadySample[];
}

/**
 * Measures targets in turns, so that whatever the machine does in the meantime hits all of them. Ratios are made within a
 * round; what is shown is the median of the rounds.
 */
export async function compare(bench: Bench, comparison: Comparison): Promise<Table> {
  const connections = comparison.connections ?? 64;
  const contests = await Promise.all(
    comparison.targets.map(async (target, i): Promise<Contest> => {
      const script = `${folderFor(bench, comparison.title.replaceAll(/\W+/g, '-'), i)}.lua`;
      await writeLoadScript(script, target.requests);
      return { target, script, samples: [], steady: [] };
    }),
  );
  for (const { target, script } of contests) {
    bench.note(`${target.name}: warming up`);
    await saturate(target, script, Math.max(3, bench.seconds), connections);
  }
  for (let round = 0; round < bench.rounds; round += 1) {
    for (const { target, script, samples } of turned(contests, round)) {
      bench.note(`${target.name}: round ${round + 1} of ${bench.rounds}`);
      samples.push(await saturate(target, script, bench.seconds, connections));
    }
  }
  if (comparison.steadily) await addSteady(bench, contests);
  return tableOf(comparison, contests);
}

async function addSteady(bench: Bench, contests: readonly Contest[]): Promise<void> {
  const most = Math.min(...contests.map(({ samples }) => median(samples.map((sample) => sample.requestsPerSecond))));
  for (let round = 0; round < bench.rounds; round += 1) {
    for (const { target, steady: samples } of turned(contests, round)) {
      bench.note(`${target.name}: ${Math.round(most / 2)} requests a second, round ${round + 1}`);
      samples.push(await steady(target, folderFor(bench, 'latencies.tsv'), Math.max(2, bench.seconds - 1), most / 2));
    }
  }
}

function turned<T>(items: readonly T[], by: number): readonly T[] {
  const at = by % items.length;
  return [...items.slice(at), ...items.slice(0, at)];
}

function tableOf(comparison: Comparison, contests: readonly Contest[]): Table {
  const [reference] = contests;
  const second = contests.find(({ target }) => target.name === comparison.alsoAgainst);
  const columns = ['', 'us CPU/request', 'from', 'to', `x ${reference?.target.name}`, 'requests/s', 'MiB'];
  if (second) columns.push(`x ${second.target.name}`);
  if (comparison.steadily) columns.push('p50 ms', 'p99 ms');
  const rows = contests.map((contest) => {
    const cpu = contest.samples.map((sample) => sample.cpuMicrosPerRequest);
    const row: (string | number)[] = [contest.target.name, median(cpu), Math.min(...cpu), Math.max(...cpu)];
    row.push(ratio(contest, reference), median(contest.samples.map((sample) => sample.requestsPerSecond)));
    row.push(contest.samples.at(-1)?.rssMib ?? Number.NaN);
    if (second) row.push(ratio(contest, second));
    if (comparison.steadily)
      row.push(median(contest.steady.map(({ p50Ms }) => p50Ms)), median(contest.steady.map(({ p99Ms }) => p99Ms)));
    return row;
  });
  return { title: comparison.title, columns, rows };
}

function ratio(contest: Contest, reference: Contest | undefined): number {
  const ratios = contest.samples.map(
    ({ cpuMicrosPerRequest }, round) =>
      cpuMicrosPerRequest / (reference?.samples[round]?.cpuMicrosPerRequest ?? Number.NaN),
  );
  return median(ratios);
}
