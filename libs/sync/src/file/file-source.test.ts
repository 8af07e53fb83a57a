import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@sluice/testing/eventually';
import { definePluginSchema, type PluginSchema, Type } from '@sluice/schema';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ConfigState } from '../config-state.ts';
import type { Batch, ConfigSink, ConfigSource, LinkState, Verdict } from '../source.ts';
import { fileSource } from './file-source.ts';

let folder: string;
let path: string;
let source: ConfigSource;

/** Takes what arrives, as a data plane does. */
class Sink implements ConfigSink {
  readonly state = new ConfigState();
  readonly batches: Batch[] = [];
  link: LinkState | undefined;
  answer: Verdict['type'] = 'ack';

  position() {
    return null;
  }

  async receive(batch: Batch): Promise<Verdict> {
    this.batches.push(batch);
    const { answer } = this;
    this.answer = 'ack';
    if (answer === 'resync') return { type: 'resync', reason: 'test' };
    if (this.state.apply(batch)) throw new Error('The batch does not continue the state.');
    const { revision, digest } = this.state;
    return answer === 'ack' ? { type: 'ack', revision, digest } : { type: 'nack', revision, errors: [] };
  }

  linkChanged(state: LinkState): void {
    this.link = state;
  }

  get ids(): string[] {
    return [...this.state.values()].map(({ id }) => id).toSorted();
  }
}

const routes = (...ids: string[]) => `routes:\n${ids.map((id) => `  - {id: ${id}, uri: /${id}}\n`).join('')}#END\n`;

/** A plugin whose configurations agree by their group. */
const grouped = definePluginSchema({
  name: 'grouped',
  category: 'traffic',
  priority: 1,
  title: 'Grouped',
  description: 'Counts together.',
  config: Type.Object({ group: Type.Optional(Type.String()), count: Type.Integer({ default: 1 }) }),
  agreement: { field: 'group', refusal: 'group conf mismatched' },
});
const lookup = (name: string) => (name === grouped.name ? (grouped as PluginSchema) : undefined);

function started(): Sink {
  const sink = new Sink();
  source = fileSource({ path, env: {}, lookup });
  source.start(sink);
  return sink;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-file-'));
  path = join(folder, 'apisix.yaml');
});

afterEach(async () => {
  await source.stop();
  rmSync(folder, { recursive: true });
});

test('a file that comes later than its reader is read when it is there', async () => {
  const sink = started();
  await eventually(() => expect(sink.link?.reason).toContain('ENOENT'));

  writeFileSync(path, routes('a'));

  await vi.waitFor(() => expect(sink.ids).toEqual(['a']), 5_000);
  expect(sink.link?.connected).toBe(true);
});

test('a file that is being written is not looked at before its last line', async () => {
  writeFileSync(path, routes('a'));
  const sink = started();
  await eventually(() => expect(sink.ids).toEqual(['a']));

  writeFileSync(path, 'routes:\n  - {id: b, uri: /b}\n');
  await vi.waitFor(() => expect(sink.link?.connected).toBe(false), 5_000);
  expect(sink.ids).toEqual(['a']);

  writeFileSync(path, routes('b', 'c'));
  await vi.waitFor(() => expect(sink.ids).toEqual(['b', 'c']), 5_000);
});

test('members of a group that do not agree keep a file from being served, and a default is no disagreement', async () => {
  const members = (...configs: string[]) =>
    `routes:\n${configs.map((config, id) => `  - {id: ${id}, uri: /a, plugins: {grouped: ${config}}}\n`).join('')}#END\n`;
  writeFileSync(path, members('{group: g, count: 1}', '{group: h, count: 5}', '{group: g, count: 2}'));
  const sink = started();
  await eventually(() => expect(sink.link?.connected).toBe(false));
  expect(sink.link?.reason).toBe(
    'line 4: routes.2.plugins.grouped.group: group conf mismatched: route 0 says something else in group "g"',
  );

  const off = '{group: g, count: 3, _meta: {disable: true}}';
  writeFileSync(path, members('{group: g, count: 1}', '{group: g}', '{count: 4}', off));
  await eventually(() => expect(sink.ids).toEqual(['0', '1', '2', '3']));
});

test('what is wrong with a file is reported with its line, and what was served stays', async () => {
  writeFileSync(path, routes('a'));
  const sink = started();
  await eventually(() => expect(sink.ids).toEqual(['a']));

  writeFileSync(path, 'routes:\n  - id: b\n    uri: [\n#END\n');

  await vi.waitFor(() => expect(sink.link?.reason).toMatch(/^line \d+: /), 5_000);
  expect(sink.ids).toEqual(['a']);
});

test('only what changed is delivered, also after the file was replaced by another', async () => {
  writeFileSync(path, routes('a', 'b', 'c'));
  const sink = started();
  await eventually(() => expect(sink.ids).toEqual(['a', 'b', 'c']));

  const next = join(folder, 'next');
  writeFileSync(next, routes('a', 'x', 'c'));
  renameSync(next, path);

  await vi.waitFor(() => expect(sink.ids).toEqual(['a', 'c', 'x']), 5_000);
  expect(sink.batches.at(-1)).toMatchObject({ type: 'delta', baseRevision: 1, revision: 2 });
  expect(sink.batches.at(-1)?.changes.map(({ id, body }) => [id, body === null])).toEqual([
    ['b', true],
    ['x', false],
  ]);
});

test('a file that a link to another folder leads to, as a container mounts it, is followed', async () => {
  for (const [name, id] of [
    ['one', 'a'],
    ['two', 'b'],
  ] as const) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'apisix.yaml'), routes(id));
  }
  symlinkSync('one', join(folder, '..data'));
  symlinkSync('..data/apisix.yaml', path);
  const sink = started();
  await eventually(() => expect(sink.ids).toEqual(['a']));

  symlinkSync('two', join(folder, '..tmp'));
  renameSync(join(folder, '..tmp'), join(folder, '..data'));

  await vi.waitFor(() => expect(sink.ids).toEqual(['b']), 5_000);
});

test('a change of the order alone is a change: it decides between equal routes', async () => {
  writeFileSync(path, routes('a', 'b'));
  const sink = started();
  await eventually(() => expect(sink.ids).toEqual(['a', 'b']));

  writeFileSync(path, routes('b', 'a'));

  await vi.waitFor(() => expect(sink.batches).toHaveLength(2), 5_000);
  const order = [...sink.state.values()].toSorted((x, y) => x.createdRevision - y.createdRevision);
  expect(order.map(({ id }) => id)).toEqual(['b', 'a']);
});

test('whoever lost the thread gets everything', async () => {
  writeFileSync(path, routes('a'));
  const sink = started();
  await eventually(() => expect(sink.ids).toEqual(['a']));
  sink.answer = 'resync';

  writeFileSync(path, routes('a', 'b'));

  await vi.waitFor(() => expect(sink.ids).toEqual(['a', 'b']), 5_000);
  expect(sink.batches.map(({ type }) => type)).toEqual(['snapshot', 'delta', 'snapshot']);
});
