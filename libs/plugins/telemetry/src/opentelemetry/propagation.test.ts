import { eventually } from '@sluice/testing/eventually';
import { describe, expect, test } from 'vitest';
import { startCollector } from './fixtures/collector.ts';
import { parent, startTraced } from './fixtures/start-traced.ts';

const [, parentTrace, parentSpan] = parent.split('-');
const fresh = /^00-[\da-f]{32}-[\da-f]{16}-0[01]$/;

describe('a trace', () => {
  test.each([
    ['an old version', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x'],
    ['no version', 'ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'],
    ['a trace of zeros', '00-00000000000000000000000000000000-b7ad6b7169203331-01'],
    ['a span of zeros', '00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01'],
    ['upper case', parent.toUpperCase()],
    ['nonsense', 'x'],
  ])('begins anew where `traceparent` says %s, and its state goes', async (_case, traceparent) => {
    await using collector = await startCollector();
    await using peers = await startTraced(collector);
    await peers.gateway.get('/', { traceparent, tracestate: 'a=1' });
    expect(peers.sent()).toMatch(fresh);
    expect(peers.sent()).not.toContain(parentTrace);
    expect(peers.sent('tracestate')).toBeUndefined();
  });

  test('goes on where a caller began it', async () => {
    await using collector = await startCollector();
    await using peers = await startTraced(collector);
    await peers.gateway.get('/', { traceparent: parent, tracestate: 'a=1,b=2' });
    await eventually(() => expect(collector.spans).toHaveLength(1));
    const { traceId, spanId, parentSpanId, traceState } = collector.spans[0] ?? {};
    expect([traceId, parentSpanId, traceState]).toEqual([parentTrace, parentSpan, 'a=1,b=2']);
    expect(peers.sent()).toBe(`00-${parentTrace}-${spanId}-01`);
    expect(peers.sent('tracestate')).toBe('a=1,b=2');
  });

  test.each([
    ['550E8400E29B41D4A716446655440000', true],
    ['550e8400-e29b-41d4-a716-446655440000', false],
    ['0'.repeat(32), false],
    ['z'.repeat(32), false],
    ['', false],
  ])('takes the request id %j as its own: %s', async (id, isTaken) => {
    await using collector = await startCollector();
    await using peers = await startTraced(collector, { metadata: { trace_id_source: 'x-request-id' } });
    await peers.gateway.get('/', { 'x-request-id': id });
    expect(peers.sent()).toMatch(fresh);
    expect(peers.sent()?.includes(id.toLowerCase()) && id !== '').toBe(isTaken);
  });
});

describe('what is recorded', () => {
  const traced = (sampler: object) => ({ config: { sampler } });
  const root = (name: string, fraction = 0) => ({
    name: 'parent_base',
    options: { root: { name, options: { fraction } } },
  });

  test.each([
    [{}, parent, false],
    [{ name: 'always_off' }, parent, false],
    [{ name: 'trace_id_ratio', options: { fraction: 1 } }, undefined, true],
    [{ name: 'trace_id_ratio', options: { fraction: 0 } }, parent, false],
    [{ name: 'parent_base' }, undefined, false],
    [{ name: 'parent_base' }, parent, true],
    [root('always_on'), parent.replace(/01$/, '00'), false],
    [root('always_on'), undefined, true],
    [root('trace_id_ratio', 1), undefined, true],
  ])('by the rule %j with the parent %s: %s', async (sampler, traceparent, isRecorded) => {
    await using collector = await startCollector();
    await using peers = await startTraced(collector, traced(sampler));
    await peers.gateway.get('/', traceparent === undefined ? {} : { traceparent });
    expect(peers.sent()?.endsWith(isRecorded ? '-01' : '-00')).toBe(true);
    await peers.gateway[Symbol.asyncDispose]();
    expect(collector.spans).toHaveLength(isRecorded ? 1 : 0);
  });

  test('is about the part that was asked for', async () => {
    await using collector = await startCollector();
    await using peers = await startTraced(collector, traced({ name: 'trace_id_ratio', options: { fraction: 0.5 } }));
    const flags = [];
    for (let at = 0; at < 200; at += 1) {
      await peers.gateway.get('/');
      flags.push(peers.sent()?.slice(-2));
    }
    const recorded = flags.filter((flag) => flag === '01').length;
    // Six standard deviations to each side.
    expect(recorded).toBeGreaterThan(57);
    expect(recorded).toBeLessThan(143);
  });
});
