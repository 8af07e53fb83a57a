import type { DiscoveredNode, Discovery, OnNodes } from '@sluice/discovery';
import type { ResourceChange } from '@sluice/sync';
import { eventually } from '@sluice/testing/eventually';
import { beforeEach, expect, test, vi } from 'vitest';
import { DiscoveryResolution } from './discovery-resolution.ts';
import { type Follower, ServedConfiguration } from './served-configuration.ts';

/** A discovery that knows what a test says. */
class TestDiscovery implements Discovery {
  readonly followed = new Map<string, OnNodes>();
  readonly stopped: string[] = [];
  known: readonly DiscoveredNode[] | null = [{ host: '10.0.0.1', port: 80, weight: 1 }];

  follow(service: string, onNodes: OnNodes): () => void {
    this.followed.set(service, onNodes);
    if (this.known) onNodes(this.known);
    return () => {
      this.followed.delete(service);
      this.stopped.push(service);
    };
  }

  close(): void {}
}

let discovery: TestDiscovery;
let served: ServedConfiguration;
let followed: ResourceChange[];

beforeEach(() => {
  discovery = new TestDiscovery();
  followed = [];
  const readers = { prepare: async () => null, commit: async () => undefined, abort: () => undefined };
  const follower: Follower = { follow: (changes) => void followed.push(...changes), close: () => undefined };
  const resolution = new DiscoveryResolution(new Map([['dns', discovery]]));
  served = new ServedConfiguration(readers, () => undefined, [follower], undefined, resolution);
});

const named = { type: 'roundrobin', service_name: 'web.test', discovery_type: 'dns' };

function change(kind: string, id: string, value: object | null, revision = 1): ResourceChange {
  const body = value && Buffer.from(JSON.stringify({ id, ...value }));
  return { kind, id, body, createdRevision: 1, modifiedRevision: revision };
}

const whole = { partial: false };
const inService = (kind: string, id: string): unknown =>
  JSON.parse(Buffer.from(served.store.get(kind, id)?.body ?? '{}').toString());
const nodesOf = (kind: string, id: string): unknown => {
  const value = inService(kind, id) as { nodes?: unknown; upstream?: { nodes?: unknown } };
  return value.upstream?.nodes ?? value.nodes;
};

test('a service that nobody answers for is served without servers, and the revision passes', async () => {
  vi.useFakeTimers();
  discovery.known = null;
  const serving = served.serve([change('upstream', '1', named)], whole);
  await vi.advanceTimersByTimeAsync(2_000);
  vi.useRealTimers();

  expect((await serving).isInService).toBe(true);
  expect(nodesOf('upstream', '1')).toEqual([]);
});

test('servers stand in the place of the service, wherever an upstream is, and whoever follows sees them', async () => {
  const changes = [
    change('upstream', '1', named),
    change('route', '2', { uri: '/a', upstream: named }),
    change('service', '3', { upstream: named }),
  ];
  expect(await served.serve(changes, whole)).toEqual({ isInService: true, errors: [] });

  for (const [kind, id] of [
    ['upstream', '1'],
    ['route', '2'],
    ['service', '3'],
  ] as const)
    expect(nodesOf(kind, id), kind).toEqual(discovery.known);
  expect(inService('upstream', '1')).not.toHaveProperty('service_name');
  expect(followed.map(({ body }) => String(body))).toEqual(Array(3).fill(expect.stringContaining('10.0.0.1')));
});

test('what was received keeps the name', async () => {
  await served.serve([change('upstream', '1', named)], whole);
  expect(JSON.parse(String(served.get('upstream', '1')?.body))).toEqual({ id: '1', ...named });
  expect([...served.values()].map(({ body }) => JSON.parse(String(body)))).toEqual([{ id: '1', ...named }]);
});

test('other servers are served without a new revision', async () => {
  await served.serve([change('upstream', '1', named)], whole);
  const nodes = [{ host: '10.0.0.2', weight: 1 }];
  discovery.followed.get('web.test')?.(nodes);
  await eventually(() => expect(nodesOf('upstream', '1')).toEqual(nodes));
  expect(JSON.parse(String(served.get('upstream', '1')?.body))).toEqual({ id: '1', ...named });
});

test('a service that nothing names any more is not followed', async () => {
  await served.serve([change('upstream', '1', named), change('upstream', '2', named)], whole);
  await served.serve([change('upstream', '1', null, 2)], whole);
  expect(discovery.stopped).toEqual([]);
  const plain = { type: 'roundrobin', nodes: { '10.0.0.9:80': 1 } };
  await served.serve([change('upstream', '2', plain, 3)], whole);
  expect(discovery.stopped).toEqual(['web.test']);
  expect(nodesOf('upstream', '2')).toEqual(plain.nodes);
});

test('news that comes while its resource goes brings nothing back', async () => {
  await served.serve([change('upstream', '1', named)], whole);
  const tell = discovery.followed.get('web.test');
  const going = served.serve([change('upstream', '1', null, 2)], whole);
  tell?.([{ host: '10.0.0.2', weight: 1 }]);
  await going;
  await served.serve([], whole);
  expect(served.store.get('upstream', '1')).toBeUndefined();
});
