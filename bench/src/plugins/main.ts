import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Table } from '../bench.ts';
import { buildFrom } from '../contestants/build.ts';
import { builtDataPlane, startDataPlane } from '../contestants/data-plane.ts';
import { Feed } from '../contestants/feed.ts';
import { inFrame } from '../frame.ts';
import { watchOthers } from '../measure/disturbance.ts';
import { median, percentile } from '../measure/statistics.ts';
import { shown } from '../report.ts';
import { type MeasuredLoad, measureLoads } from './measure-loads.ts';
import { bareLoad, pluginLoads, type PluginLoad } from './plugin-loads.ts';
import { loadResources } from './plugin-routes.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '7' },
    seconds: { type: 'string', default: '1' },
    build: { type: 'string', default: builtDataPlane },
  },
});
const build = buildFrom(values.build);
if (!existsSync(build.main)) throw new Error(`${build.main} does not exist; run npm run build.`);

await inFrame(async ({ directory, upstream, note }) => {
  const [node] = upstream.nodes;
  const loads = chosen([bareLoad, ...pluginLoads(node)], positionals);
  await using feed = await Feed.start(loadResources(loads, node));
  const gatewayFolder = join(directory, 'data-plane');
  await using dataPlane = await startDataPlane({ build, directory: gatewayFolder, controlPlane: feed.address });
  const others = await watchOthers();
  const { url, pid } = dataPlane;
  const [rounds, seconds] = [Number(values.rounds), Number(values.seconds)];
  const measured = await measureLoads({ url, pid, directory, rounds, seconds, note }, loads);
  note('');
  console.log(shown(tableOf(measured), await others()));
  const missed = measured.filter((one) => beyondBase(one) > (one.load.goalMicros ?? Infinity));
  for (const { load } of missed) console.log(`${load.name} costs more than its goal.`);
  process.exitCode = missed.length === 0 ? 0 : 1;
});

/** All loads, or those of some plugins with what they are compared with. */
function chosen(loads: readonly PluginLoad[], names: readonly string[]): readonly PluginLoad[] {
  if (names.length === 0) return loads;
  const unknown = names.find((name) => !loads.some((load) => pluginOf(load) === name));
  if (unknown !== undefined) throw new Error(`There is no load of a plugin "${unknown}".`);
  const wanted = loads.filter((load) => names.includes(pluginOf(load)));
  const bases = new Set([bareLoad.name, 'no plugin again', ...wanted.map(({ base }) => base)]);
  return loads.filter((load) => wanted.includes(load) || bases.has(load.name));
}

function pluginOf({ name }: PluginLoad): string {
  return name.split(',')[0] ?? name;
}

/**
 * What a load costs beyond its base. Whatever else runs on the machine can only add to a figure, so the lower quartiles are
 * compared: they are met again, where medians wander.
 */
function beyondBase({ micros, baseMicros }: MeasuredLoad): number {
  return percentile(micros, 0.25) - percentile(baseMicros, 0.25);
}

function tableOf(measured: readonly MeasuredLoad[]): Table {
  const rows = measured.map((one) => {
    const { load, micros, baseMicros } = one;
    const name = load.base === undefined ? load.name : `${load.name} (beyond ${load.base})`;
    const pairs = micros.map((value, round) => value - (baseMicros[round] ?? Number.NaN));
    const spread = [Math.min(...pairs), median(pairs), Math.max(...pairs)];
    return [name, percentile(micros, 0.25), beyondBase(one), ...spread, load.goalMicros ?? ''];
  });
  const columns = ['', 'us CPU/request', 'beyond its base', 'from', 'median', 'to', 'goal'];
  return { title: 'plugins', columns, rows };
}
