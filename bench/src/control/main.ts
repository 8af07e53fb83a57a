import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startPostgresServer } from '@sluice/testing';
import { type BenchResource, consumer } from '../configuration/resources.ts';
import { scaleRoute, sharedService } from '../configuration/scale-set.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { type Figure, figure, shownFigures } from './figures.ts';
import { listPages } from './reads.ts';

const GOALS_MS = { importing: 15_000, page: 50, write: 15, rollback: 1_000 };
const IMPORTED = 10_000;
const ROLLED_BACK = 1_000;
const ROLLBACKS = 5;

const { values } = parseArgs({
  options: { routes: { type: 'string', default: '100000' }, rounds: { type: 'string', default: '30' } },
});
const [routes, rounds] = [Number(values.routes), Number(values.rounds)];
const group = '/api/v1/groups/default';
const nodes = ['10.0.0.1:80', '10.0.0.2:80'];

const directory = await mkdtemp(join(tmpdir(), 'sluice-bench-control-'));
const figures: Figure[] = [];
try {
  await using postgres = await startPostgresServer();
  await using plane = await startControlPlane(directory, postgres.url('postgres'));
  await fill(plane);
  figures.push(await timed('an empty request', GOALS_MS.page, () => plane.call('GET', '/healthz')));
  for (const { name, path } of listPages) figures.push(await timed(name, GOALS_MS.page, () => plane.call('GET', path)));
  figures.push(...(await writes(plane)));
  figures.push(await rollbacks(plane));
} finally {
  await rm(directory, { recursive: true, force: true });
}
console.log(`${routes.toLocaleString('en')} routes\n\n${shownFigures(figures)}`);
await keep();
process.exitCode = figures.every(({ p50, goal }) => p50 <= goal) ? 0 : 1;

/** Routes in steps, each one revision; the first step, into an empty group, and the last are figures. */
async function fill(plane: ControlPlane): Promise<void> {
  await write(plane, [consumer, sharedService(0)]);
  const times: number[] = [];
  for (let at = 0; at < routes; at += IMPORTED) {
    const count = Math.min(IMPORTED, routes - at);
    note(`writing routes, ${at} of ${routes}`);
    times.push(
      await write(
        plane,
        Array.from({ length: count }, (_, i) => labelled(at + i)),
      ),
    );
  }
  const what = `${IMPORTED.toLocaleString('en')} routes in one revision`;
  figures.push(figure(`${what}, into an empty group`, times.slice(0, 1), GOALS_MS.importing));
  figures.push(
    figure(`${what}, beside ${(routes - IMPORTED).toLocaleString('en')}`, times.slice(-1), GOALS_MS.importing),
  );
}

async function write(plane: ControlPlane, resources: readonly BenchResource[]): Promise<number> {
  const changes = resources.map(({ kind, id, value }) => ({ op: 'put', kind, id, value }));
  return (await plane.call('POST', `${group}/change-sets`, { changes })).ms;
}

function labelled(i: number, version = 0): BenchResource {
  const { value, ...route } = scaleRoute(i, nodes, version);
  return { ...route, value: { ...value, labels: { tier: i % 50 === 0 ? 'gold' : 'base', team: `team-${i % 37}` } } };
}

async function writes(plane: ControlPlane): Promise<Figure[]> {
  let version = 0;
  const next = (): string => JSON.stringify(labelled(routes / 2, (version += 1)).value);
  const changed = `r${routes / 2}`;
  return [
    await timed('write: route changed, Admin API', GOALS_MS.write, () =>
      plane.call('PUT', `/apisix/admin/routes/${changed}`, next()),
    ),
    await timed('write: route patched, Admin API', GOALS_MS.write, () =>
      plane.call('PATCH', `/apisix/admin/routes/${changed}`, { desc: `patch ${(version += 1)}` }),
    ),
    await timed('write: route made, api/v1', GOALS_MS.write, () =>
      plane.call('POST', `${group}/resources/routes`, labelled(routes + (version += 1)).value),
    ),
    await timed('write: service of all changed, api/v1', GOALS_MS.write, () =>
      plane.call('PUT', `${group}/resources/services/shared`, sharedService((version += 1)).value),
    ),
  ];
}

/** Takes back one revision that changed many routes, again and again. */
async function rollbacks(plane: ControlPlane): Promise<Figure> {
  const times: number[] = [];
  for (let round = 1; round <= ROLLBACKS; round += 1) {
    note(`rolling back, ${round} of ${ROLLBACKS}`);
    const { list } = JSON.parse((await plane.call('GET', '/api/v1/groups')).body) as { list: { revision: number }[] };
    await write(
      plane,
      Array.from({ length: ROLLED_BACK }, (_, i) => labelled(i, round)),
    );
    times.push((await plane.call('POST', `${group}/revisions/${list[0]?.revision}/rollback`, {})).ms);
  }
  return figure(`${ROLLED_BACK.toLocaleString('en')} routes rolled back`, times, GOALS_MS.rollback);
}

/** The first calls are not counted: nothing is compiled, planned or cached yet. */
async function timed(name: string, goal: number, act: () => Promise<{ readonly ms: number }>): Promise<Figure> {
  note(name);
  for (let i = 0; i < 5; i += 1) await act();
  const times: number[] = [];
  for (let i = 0; i < rounds; i += 1) times.push((await act()).ms);
  return figure(name, times, goal);
}

async function keep(): Promise<void> {
  const folder = resolve(process.env['SLUICE_DATA_DIR'] ?? '.sluice', 'bench');
  await mkdir(folder, { recursive: true });
  const file = join(folder, `control-${new Date().toISOString().replaceAll(':', '-')}.json`);
  await writeFile(file, JSON.stringify({ routes, rounds, figures }, null, 2));
}

function note(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\x1b[2K\r${text}`);
}
