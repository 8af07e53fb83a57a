import { type SeededRandom, seededRandom, startGateway, startUpstream } from '@sluice/testing';
import { expect, test } from 'vitest';
import { naiveMatch } from './fixtures/naive-match.ts';
import { question } from './fixtures/question.ts';

interface TestRoute {
  readonly uri: string;
  readonly hosts: readonly string[] | undefined;
  readonly service: string;
  readonly createdRevision: number;
}

const paths = ['/a', '/b', '/a/b'];
const uris = ['/a', '/b', '/a*', '/*'];
const hosts = ['a.com', 'x.a.com', 'b.org'];
const patterns = ['a.com', '*.a.com', '*a.com', 'b.org'];
const services = ['s1', 's2', 's3'];

function someHosts(random: SeededRandom): string[] | undefined {
  return random.oneIn(2) ? undefined : [...new Set([random.pick(patterns), random.pick(patterns)])];
}

test('after edits of routes and services at random, routes without hosts are found by those of their service', async () => {
  const random = seededRandom(77);
  await using upstream = await startUpstream();
  const found: string[] = [];
  const accessLog = { append: (line: string) => void found.push(line.trim()), flush: () => {}, dropped: 0 };
  await using gateway = await startGateway([], [], { accessLog, accessLogFormat: '$route_id' });
  const routes = new Map<string, TestRoute>();
  const serviceHosts = new Map<string, readonly string[] | undefined>();
  const writeService = (id: string): void => {
    serviceHosts.set(id, someHosts(random));
    const own = serviceHosts.get(id);
    gateway.apply({ kind: 'service', id, value: { upstream: upstream.url, ...(own && { hosts: own }) } });
  };
  for (const id of services) writeService(id);

  for (let edit = 0; edit < 400; edit += 1) {
    const id = String(random.below(12));
    if (random.oneIn(3)) writeService(random.pick(services));
    else if (random.oneIn(4)) {
      gateway.apply({ kind: 'route', id, value: null });
      routes.delete(id);
    } else {
      const route = { uri: random.pick(uris), hosts: someHosts(random), service: random.pick(services) };
      const { uri, hosts: own, service: service_id } = route;
      gateway.apply({
        kind: 'route',
        id,
        value: { uri, service_id, priority: Number(id), ...(own && { hosts: own }) },
      });
      routes.set(id, { ...route, createdRevision: edit });
    }
    await compare(edit);
  }

  async function compare(edit: number): Promise<void> {
    const host = random.pick(hosts);
    const path = random.pick(paths);
    const rules = [...routes].map(([id, { uri, hosts: own, service, createdRevision }]) => ({
      id,
      uris: [uri],
      hosts: own ?? serviceHosts.get(service) ?? [],
      methods: undefined,
      remoteAddrs: undefined,
      vars: undefined,
      filter: undefined,
      // Different for each, so that age decides nothing.
      priority: Number(id),
      createdRevision,
      target: Number(id),
    }));
    const expected = naiveMatch(rules, question({ path, host }), 'radixtree_host_uri');
    found.length = 0;
    await gateway.get(path, { host });
    await expect.poll(() => found, { message: `edit ${edit}: ${host}${path}` }).toEqual([expected ?? '-']);
  }
});
