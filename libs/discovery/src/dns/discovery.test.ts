import { capturedLog } from '@sluice/testing';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { DiscoveredNode } from '../discovery.ts';
import { DnsDiscovery, type DnsDiscoveryOptions } from './discovery.ts';
import { a, srv, startDnsServer, type TestDnsServer } from './fixtures/start-dns-server.ts';

let dns: TestDnsServer;

beforeEach(async () => (dns = await startDnsServer()));
afterEach(() => dns[Symbol.asyncDispose]());

function discovery(options: Partial<DnsDiscoveryOptions> = {}) {
  const log = capturedLog();
  const order = ['last', 'SRV', 'A', 'AAAA'] as const;
  const made = new DnsDiscovery({ servers: [dns.address], order: [...order], timeoutMs: 200, log, ...options });
  onTestFinished(() => made.close());
  const follow = (service: string) => {
    const heard: (readonly DiscoveredNode[])[] = [];
    const stop = made.follow(service, (nodes) => void heard.push(nodes));
    return { heard, stop };
  };
  return { follow, log };
}

const next = (heard: readonly unknown[], count = 1) =>
  vi.waitFor(() => expect(heard.length).toBeGreaterThanOrEqual(count), { timeout: 10_000 });

describe('a service that is not found', () => {
  test.each([
    ['does not exist', 'answer', 'there are no records of it'],
    ['is asked of a server that fails', 'fail', 'the name server answers with the error 2'],
    ['is asked of a server that says nothing', 'silent', 'the name server 127.0.0.1 does not answer'],
  ] as const)('because it %s has no servers, and the log says why', async (_why, behaviour, reason) => {
    dns.behaviour = behaviour;
    const { follow, log } = discovery();
    const { heard } = follow('none.test');
    await next(heard);
    expect(heard).toEqual([[]]);
    expect(log.lines).toEqual([expect.objectContaining({ fields: { service: 'none.test', reason } })]);
  });

  test('is asked for again, and found as soon as it is there', async () => {
    const { follow } = discovery();
    const { heard } = follow('late.test:80');
    await next(heard);
    dns.zone.set('late.test A', [a('late.test', '10.0.0.1')]);
    await next(heard, 2);
    expect(heard[1]).toEqual([{ host: '10.0.0.1', port: 80, weight: 1 }]);
  });

  test('is found by the next name server', async () => {
    dns.zone.set('a.test A', [a('a.test', '10.0.0.1')]);
    const { follow } = discovery({ servers: ['127.0.0.1:1', '[fd00:dead::1]:53', '255.255.255.255', dns.address] });
    const { heard } = follow('a.test');
    await next(heard);
    expect(heard[0]).toEqual([{ host: '10.0.0.1', weight: 1 }]);
  });
});

describe('the servers of a service', () => {
  test('are those of its SRV records, the lowest priority first, with their own addresses and ports', async () => {
    dns.zone.set('_web.test SRV', [
      srv('_web.test', 'one.test', 8001, { priority: 10, weight: 60 }),
      srv('_web.test', 'two.test', 8002, { priority: 20, weight: 0 }),
      srv('_web.test', 'six.test', 0),
      srv('_web.test', 'gone.test', 8003),
      srv('_web.test', '.', 8004),
    ]);
    dns.zone.set('one.test A', [a('one.test', '10.0.0.1'), a('one.test', '10.0.0.2')]);
    dns.zone.set('two.test A', [a('two.test', '10.0.0.3')]);
    dns.zone.set('six.test AAAA', [a('six.test', 'fd00::1')]);
    const { follow } = discovery();
    const { heard } = follow('_web.test:9000');
    await next(heard);
    expect(heard).toEqual([
      [
        { host: '10.0.0.1', port: 8001, weight: 60, priority: -10 },
        { host: '10.0.0.2', port: 8001, weight: 60, priority: -10 },
        { host: '10.0.0.3', port: 8002, weight: 1, priority: -20 },
        { host: '[fd00::1]', port: 9000, weight: 10, priority: 0 },
      ],
    ]);
  });

  test('are asked for in the configured order', async () => {
    dns.zone.set('a.test SRV', [srv('a.test', 'b.test', 1)]);
    dns.zone.set('a.test AAAA', [a('a.test', 'fd00::2')]);
    const { follow } = discovery({ order: ['AAAA', 'SRV'] });
    const { heard } = follow('a.test:443');
    await next(heard);
    expect(heard).toEqual([[{ host: '[fd00::2]', port: 443, weight: 1 }]]);
  });

  test('are found through an alias, whose time counts too', async () => {
    const alias = { type: 'CNAME', name: 'www.test', ttl: 1, data: 'a.test' } as const;
    dns.zone.set('www.test A', [alias, a('a.test', '10.0.0.1', 3600)]);
    const { follow } = discovery();
    const { heard } = follow('www.test');
    await next(heard);
    dns.zone.set('www.test A', [alias, a('a.test', '10.0.0.2', 3600)]);
    await next(heard, 2);
    expect(heard[1]).toEqual([{ host: '10.0.0.2', weight: 1 }]);
  });

  test('come by TCP where they do not fit into a datagram', async () => {
    dns.behaviour = 'truncate';
    const many = Array.from({ length: 200 }, (_, i) => a('a.test', `10.0.1.${i}`));
    dns.zone.set('a.test A', many);
    const { follow } = discovery();
    const { heard } = follow('a.test');
    await next(heard);
    expect(heard[0]).toHaveLength(200);
    expect(dns.questions.at(-1)).toEqual({ what: 'a.test A', isTcp: true });
  });

  test('are not those that somebody else sends', async () => {
    dns.behaviour = 'lie';
    dns.zone.set('a.test A', [a('a.test', '10.0.0.1')]);
    const { follow } = discovery();
    const { heard } = follow('a.test');
    await next(heard);
    expect(heard).toEqual([[{ host: '10.0.0.1', weight: 1 }]]);
  });

  test('that stand for themselves need no name server', async () => {
    const { follow } = discovery();
    const { heard } = follow('10.1.2.3:80');
    await next(heard);
    expect([heard, dns.questions]).toEqual([[[{ host: '10.1.2.3', port: 80, weight: 1 }]], []]);
  });
});

describe('what is known', () => {
  test('is renewed by its time, and told only where it is another', async () => {
    dns.zone.set('a.test SRV', [srv('a.test', 'b.test', 1, {}, 1)]);
    dns.zone.set('b.test A', [a('b.test', '10.0.0.2'), a('b.test', '10.0.0.1')]);
    const { follow } = discovery();
    const { heard } = follow('a.test');
    await next(heard);
    dns.zone.set('b.test A', [a('b.test', '10.0.0.1'), a('b.test', '10.0.0.2')]);
    const asked = dns.questions.length;
    await vi.waitFor(() => expect(dns.questions.length).toBeGreaterThanOrEqual(asked + 2), { timeout: 10_000 });
    dns.zone.set('b.test A', [a('b.test', '10.0.0.3')]);
    await next(heard, 2);
    expect(heard.map((nodes) => nodes.map(({ host }) => host))).toEqual([['10.0.0.1', '10.0.0.2'], ['10.0.0.3']]);
  });

  test('stays while the name server is gone', async () => {
    dns.zone.set('a.test A', [a('a.test', '10.0.0.1', 1)]);
    const { follow, log } = discovery();
    const { heard } = follow('a.test');
    await next(heard);
    dns.behaviour = 'fail';
    await vi.waitFor(() => expect(log.lines).toHaveLength(1), { timeout: 10_000 });
    expect(heard).toHaveLength(1);
  });

  test('is shared by all who follow a service, and asked for no more when nobody does', async () => {
    dns.zone.set('a.test A', [a('a.test', '10.0.0.1')]);
    const { follow } = discovery();
    const first = follow('a.test');
    await next(first.heard);
    const second = follow('a.test');
    expect(second.heard).toEqual(first.heard);
    expect(dns.questions.filter(({ what }) => what === 'a.test A')).toHaveLength(1);
    first.stop();
    second.stop();
    const third = follow('a.test');
    await next(third.heard);
    expect(dns.questions.filter(({ what }) => what === 'a.test A')).toHaveLength(2);
  });
});
