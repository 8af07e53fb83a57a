import { expect, test } from 'vitest';
import type { Instance } from '../api/types.ts';
import { progressOf, progressText } from './progress.ts';

const instance = (fields: Partial<Instance>): Instance => ({
  id: 'a',
  hostname: 'edge-1',
  version: '0.1.0',
  labels: {},
  status: 'healthy',
  state: 'ready',
  reason: '',
  connected_at: '2026-11-21T00:00:00Z',
  last_seen: '2026-11-21T00:00:00Z',
  applied_revision: 41,
  lag: 0,
  digest_ok: true,
  workers: 1,
  uptime_s: 1,
  rates: { requests_per_second: 0, errors_per_second: 0, latency_p50_ms: 0, latency_p99_ms: 0 },
  listeners: [],
  unhealthy_targets: [],
  ...fields,
});

test('a refusal of this very revision is told with its reason', () => {
  const errors = [{ kind: 'route', id: 'orders', message: 'unknown plugin' }];
  const progress = progressOf(42, [instance({ last_nack: { revision: 42, at: '', errors } })]);

  expect(progress).toMatchObject({ state: 'refused', refusals: [{ instance: 'edge-1', reason: 'unknown plugin' }] });
});

test('a refusal that a later revision healed is no refusal', () => {
  const refusal = { revision: 41, at: '', errors: [] };

  expect(progressOf(42, [instance({ applied_revision: 42, last_nack: refusal })]).state).toBe('live');
});

test('with nobody connected, a revision is saved and not live', () => {
  const progress = progressOf(42, [instance({ status: 'offline' })]);

  expect(progressText(42, progress)).toBe('Revision 42 is saved. No data plane is connected.');
});

test('a revision is live when every connected data plane serves it or a later one', () => {
  const planes = [
    instance({ applied_revision: 42 }),
    instance({ applied_revision: 43 }),
    instance({ status: 'offline' }),
  ];
  const progress = progressOf(42, planes);

  expect(progress.state).toBe('live');
  expect(progressText(42, progress)).toBe('Revision 42 is live on 2 of 2 data planes');
});

test('a revision is on its way while somebody still serves an older one', () => {
  expect(progressOf(42, [instance({ applied_revision: 42 }), instance({})])).toMatchObject({
    state: 'on-its-way',
    live: 1,
    connected: 2,
  });
});
