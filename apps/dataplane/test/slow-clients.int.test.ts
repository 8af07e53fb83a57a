import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';
import { startUpstream } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { placeWith, startDataPlane } from './fixtures/start-data-plane.ts';

const tool = '/usr/bin/slowhttptest';
const isLong = process.env['SLUICE_TEST_LONG'] !== undefined;
const seconds = isLong ? 60 : 6;
const connections = isLong ? 4_000 : 400;
const growthBytesMax = 200 * 2 ** 20;
const run = promisify(execFile);

/** What the tool does with each of its connections: slowloris, a body that does not come, an answer that is not taken. */
const attacks: readonly (readonly [name: string, options: readonly string[]])[] = [
  ['heads that never end', ['-H', '-i', '1', '-x', '24']],
  ['bodies that hardly come', ['-B', '-i', '3', '-s', '8192', '-x', '10']],
  ['answers that are hardly taken', ['-X', '-w', '512', '-y', '1024', '-n', '2', '-z', '32', '-k', '3']],
];

async function residentBytes(pid: number): Promise<number> {
  const [, kibibytes = '0'] = /VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kibibytes) * 1024;
}

/** Asks again and again, as somebody would who wants nothing bad; answers how each went. */
async function askUntil(over: Promise<unknown>, url: string, look: () => Promise<void>): Promise<Map<string, number>> {
  const outcomes = new Map<string, number>();
  let isOver = false;
  void over.finally(() => (isOver = true));
  while (!isOver) {
    const outcome = await fetch(url).then(
      async (answer) => `${answer.status} ${await answer.text()}`,
      (error: unknown) => String(error),
    );
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    await look();
  }
  return outcomes;
}

describe('hundreds of clients that send', () => {
  test.each(attacks)(
    '%s: the others are served, memory stays bounded, and the connections are got rid of',
    { timeout: (seconds + 60) * 1000 },
    async (_name, options) => {
      const large = 'x'.repeat(256 * 1024);
      await using upstream = await startUpstream((req, res) => res.end(req.url === '/large' ? large : 'fine'));
      await using place = await placeWith({});
      const file = join(place.dataDir, 'apisix.yaml');
      await writeFile(
        file,
        `routes:\n  - {uri: /*, upstream: {type: roundrobin, nodes: {"${upstream.node}": 1}}}\n#END\n`,
      );
      await using plane = startDataPlane(place, {
        SLUICE_SOURCE: 'file',
        SLUICE_FILE: file,
        SLUICE_CLIENT_HEADER_TIMEOUT: '2',
        SLUICE_CLIENT_BODY_TIMEOUT: '1',
        SLUICE_SEND_TIMEOUT: '2',
      });
      await plane.ready();
      const url = `http://127.0.0.1:${place.port}`;
      await expect.poll(async () => (await fetch(`${url}/`)).status, { timeout: 20_000 }).toBe(200);
      const pid = plane.child.pid ?? 0;
      const before = await residentBytes(pid);
      let most = before;

      const load = ['-c', String(connections), '-r', String(connections), '-l', String(seconds), '-p', '3'];
      const attack = run(tool, [...load, ...options, '-u', `${url}/large`], { maxBuffer: 2 ** 26 });
      const outcomes = await askUntil(attack, `${url}/`, async () => {
        most = Math.max(most, await residentBytes(pid));
      });

      expect([...outcomes.keys()]).toEqual(['200 fine']);
      const report = stripVTControlCharacters((await attack).stdout);
      expect(report).toMatch(/service available:\s+YES/);
      expect(report).not.toMatch(/service available:\s+NO/);
      expect(most - before).toBeLessThan(growthBytesMax);
      const open = async () => {
        const text = await (await fetch(`http://127.0.0.1:${place.metricsPort}/metrics`)).text();
        return Number(/current_connections\{state="active"\} (\d+)/.exec(text)?.[1]);
      };
      await expect.poll(open, { timeout: 20_000, interval: 200 }).toBeLessThan(5);
    },
  );
});
