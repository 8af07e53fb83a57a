import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { expect, test } from 'vitest';
import { startCollector } from './fixtures/collector.ts';
import { type Attributes, encodeSpan, exportRequest, type Span } from './otlp.ts';

const attributes: Attributes = [
  ['text', 'ä €'],
  ['whole', 2 ** 40],
  ['part', 1.5],
  ['below', -3],
  ['yes', true],
  ['no', false],
];
const span: Span = {
  traceId: '0123456789abcdef0123456789abcdef',
  spanId: '0123456789abcdef',
  parentSpanId: 'fedcba9876543210',
  traceState: 'a=1',
  name: 'GET /a',
  startNs: 1_700_000_000_000_000_001n,
  endNs: 1_700_000_000_000_000_999n,
  attributes,
  error: 'upstream error: 502',
};

const post = (url: string, body: Uint8Array) => fetch(url, { method: 'POST', body: Buffer.from(body) });

test('a collector reads what was written', async () => {
  await using collector = await startCollector();
  const bodyOf = exportRequest([['service.name', 'shop']], 'sluice');
  const plain = { ...span, parentSpanId: undefined, traceState: undefined, error: undefined };
  await post(collector.url, bodyOf([encodeSpan(span), encodeSpan(plain)]));
  const { error: _error, ...same } = span;
  const values = { ...Object.fromEntries(attributes), whole: String(2 ** 40) };
  expect(collector.spans).toEqual([
    {
      ...same,
      resource: { 'service.name': 'shop' },
      scope: 'sluice',
      kind: 2,
      attributes: values,
      status: { code: 2, message: 'upstream error: 502' },
      flags: 0x301,
    },
    expect.objectContaining({ parentSpanId: '', traceState: '', status: undefined, flags: 0x101 }),
  ]);
});

test('more than a writer begins with is no matter', async () => {
  await using collector = await startCollector();
  const long: Span = { ...span, attributes: [['long', 'x'.repeat(100_000)]] };
  const spans = Array.from({ length: 20 }, () => encodeSpan(long));
  await post(collector.url, exportRequest([], 's')(spans));
  expect(collector.spans).toHaveLength(20);
  expect(collector.spans[19]?.attributes).toEqual({ long: 'x'.repeat(100_000) });
});

test('the SDK of OpenTelemetry writes the same, but for whole numbers below 0', async () => {
  const shared = attributes.filter(([name]) => name !== 'below');
  await using collector = await startCollector();
  const exporter = new OTLPTraceExporter({ url: collector.url });
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  const theirs = provider.getTracer('sluice').startSpan('GET /a', {
    kind: SpanKind.SERVER,
    startTime: [1_700_000_000, 1],
    attributes: Object.fromEntries(shared),
  });
  theirs.setStatus({ code: SpanStatusCode.ERROR, message: 'upstream error: 502' });
  theirs.end([1_700_000_000, 999]);
  await provider.forceFlush();
  await provider.shutdown();

  const { traceId, spanId } = theirs.spanContext();
  const ours = encodeSpan({
    ...span,
    traceId,
    spanId,
    parentSpanId: undefined,
    traceState: undefined,
    attributes: shared,
  });
  await post(collector.url, exportRequest([], 'sluice')([ours]));
  const [expected, got] = collector.spans;
  expect({ ...got, resource: {} }).toEqual({ ...expected, resource: {} });
});
