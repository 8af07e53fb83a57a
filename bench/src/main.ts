import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Bench, BenchCase, Table } from './bench.ts';
import { changeCase } from './cases/change.ts';
import { proxyingCases } from './cases/proxying.ts';
import { startCase } from './cases/start.ts';
import { type Build, buildFrom } from './contestants/build.ts';
import { builtDataPlane } from './contestants/data-plane.ts';
import { inFrame } from './frame.ts';
import { watchOthers } from './measure/disturbance.ts';
import { shown } from './report.ts';

const cases: readonly BenchCase[] = [...proxyingCases, changeCase, startCase];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '4' },
    build: { type: 'string', multiple: true, default: [] },
    help: { type: 'boolean', default: false },
  },
});
const unknown = positionals.filter((name) => !cases.some((one) => one.name === name));
if (values.help || unknown.length > 0) {
  const lines = cases.map(({ name, description }) => `  ${name.padEnd(10)} ${description}`);
  console.log(
    `npm run bench -- [case ...] [--rounds 5] [--seconds 4] [--build name=main.js[,flag...]]\n${lines.join('\n')}`,
  );
  process.exit(unknown.length > 0 ? 1 : 0);
}
const chosen = positionals.length === 0 ? cases : cases.filter(({ name }) => positionals.includes(name));
const given = values.build.map(buildFrom);
const builds: readonly Build[] = given.length > 0 ? given : [{ name: 'sluice', main: builtDataPlane, flags: [] }];
const missing = builds.find(({ main }) => !existsSync(main));
if (missing) throw new Error(`${missing.main} does not exist; run npm run build.`);

const tables: (Table & { readonly othersShare: number })[] = [];
await inFrame(async (frame) => {
  const bench: Bench = { ...frame, builds, rounds: Number(values.rounds), seconds: Number(values.seconds) };
  for (const one of chosen) {
    const others = await watchOthers();
    const table = await one.run(bench);
    const othersShare = await others();
    tables.push({ ...table, othersShare });
    bench.note('');
    console.log(shown(table, othersShare));
  }
});
const folder = resolve(process.env['SLUICE_DATA_DIR'] ?? '.sluice', 'bench');
await mkdir(folder, { recursive: true });
const file = join(folder, `${new Date().toISOString().replaceAll(':', '-')}.json`);
await writeFile(file, `${JSON.stringify({ node: process.version, at: new Date(), builds, tables }, undefined, 2)}\n`);
console.log(file);
