import type { HealthMessage, HelloMessage } from '@sluice/sync/grpc';
import { expect, test } from 'vitest';
import { InstanceRecord } from './instance-record.ts';

const digest = new Uint8Array(32).fill(7);
const hello: HelloMessage = {
  instance_id: 'dp',
  hostname: 'h',
  version: '1',
  group: 'default',
  labels: {},
  catalogue: {},
  workers: 2,
  have_revision: 4,
  have_digest: digest,
  started_at: 0,
  applied_revision: 4,
  source: 'control-plane',
};
const badge = { tokenId: null, labels: {} };
const health = (state: string): HealthMessage => {
  return { state, reason: '', listeners: [], targets: [], links: [], uptime_ms: 1_000, rss_bytes: 0 };
};
const nack = { revision: 5, errors: [{ kind: 'route', id: 'r', message: 'no', field: '' }], applied_revision: 4 };

test('a data plane is degraded until it says that it is ready', () => {
  const record = new InstanceRecord(1, hello, badge);
  expect(record.state).toBe('degraded');
  record.receive({ health: health('ready') });
  expect(record.state).toBe('healthy');
});

test('a refused revision degrades until that one or a later one is in service', () => {
  const record = new InstanceRecord(1, hello, badge);
  record.receive({ health: health('ready') });
  record.receive({ nack });
  expect(record).toMatchObject({ state: 'degraded', appliedRevision: 4, lastNack: { revision: 5 } });
  expect(record.lastNack?.errors).toEqual([{ kind: 'route', id: 'r', message: 'no' }]);

  record.receive({ ack: { revision: 4, digest } });
  expect(record.state).toBe('degraded');
  record.receive({ ack: { revision: 6, digest } });
  expect(record).toMatchObject({ state: 'healthy', appliedRevision: 6, lastNack: null });
});

test('the digest of an older revision in service is not known from the hello', () => {
  expect(new InstanceRecord(1, hello, badge).digest).toBe(digest);
  expect(new InstanceRecord(1, { ...hello, applied_revision: 3 }, badge).digest).toBeNull();
});

test('labels of the join token win over what the data plane says', () => {
  const record = new InstanceRecord(
    1,
    { ...hello, labels: { zone: 'a', rack: '1' } },
    { ...badge, labels: { zone: 'b' } },
  );
  expect(record.hello.labels).toEqual({ zone: 'b', rack: '1' });
});

test('any message brings a data plane back that was given up', () => {
  const record = new InstanceRecord(1, hello, badge);
  record.isOffline = true;
  expect(record.state).toBe('offline');
  record.receive({ health: health('ready') });
  expect(record.state).toBe('healthy');
});

test('the targets that a data plane found down are told until it finds them well, within bounds', () => {
  const record = new InstanceRecord(1, hello, badge);
  const down = { upstream: 'upstream 1', address: '10.0.0.1:80', healthy: false, reason: 'x'.repeat(10_000) };
  const targets = [{ ...down, healthy: true }, ...Array.from({ length: 1_000 }, () => down)];
  record.receive({ health: { ...health('ready'), targets } });
  expect(record.status.unhealthy_targets).toHaveLength(100);
  expect(record.status.unhealthy_targets?.[0]).toEqual({
    upstream: 'upstream 1',
    address: '10.0.0.1:80',
    reason: 'x'.repeat(500),
  });
  expect(record.state).toBe('healthy');
  record.receive({ health: health('ready') });
  expect(record.status.unhealthy_targets).toEqual([]);
});

test('what a data plane reports is kept within bounds', () => {
  const record = new InstanceRecord(1, hello, badge);
  const error = { kind: 'route', id: 'r', message: 'x'.repeat(10_000), field: '/uri' };
  record.receive({ nack: { ...nack, errors: Array.from({ length: 1_000 }, () => error) } });
  expect(record.lastNack?.errors).toHaveLength(20);
  expect(record.lastNack?.errors[0]?.message).toHaveLength(500);
});
