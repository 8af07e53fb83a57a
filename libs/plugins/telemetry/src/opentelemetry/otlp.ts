import { ProtoWriter } from './proto-writer.ts';

/** What an attribute can be. */
export type AttributeValue = string | number | boolean;

/** Names and values, in order. */
export type Attributes = [name: string, value: AttributeValue][];

/** A span that is over, as OTLP knows it. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly traceState: string | undefined;
  readonly name: string;
  /** Nanoseconds since the epoch. */
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly attributes: Attributes;
  /** What went wrong; undefined where nothing did. */
  readonly error: string | undefined;
}

// Numbers of fields in opentelemetry/proto/trace/v1/trace.proto, whose messages stand for themselves.
const spanField = {
  traceId: 1,
  spanId: 2,
  traceState: 3,
  parentSpanId: 4,
  name: 5,
  kind: 6,
  start: 7,
  end: 8,
  attributes: 9,
  status: 15,
  flags: 16,
};
const serverKind = 2;
const errorStatus = 2;
/** Recorded, and it is known whether the parent is of another process: of a request it always is. */
const rootFlags = 0x101;
const remoteParentFlags = 0x301;

const writer = new ProtoWriter();

/** The bytes of a span: a field of the message that holds the spans of a scope. */
export function encodeSpan(span: Span): Buffer {
  const { parentSpanId, traceState, attributes, error } = span;
  writer.fixed32(spanField.flags, parentSpanId === undefined ? rootFlags : remoteParentFlags);
  if (error !== undefined) {
    const status = writer.length;
    writer.integer(3, errorStatus);
    writer.string(2, error);
    writer.close(spanField.status, status);
  }
  writeAttributes(spanField.attributes, attributes);
  writer.fixed64(spanField.end, span.endNs);
  writer.fixed64(spanField.start, span.startNs);
  writer.integer(spanField.kind, serverKind);
  writer.string(spanField.name, span.name);
  if (parentSpanId !== undefined) writer.hex(spanField.parentSpanId, parentSpanId);
  if (traceState !== undefined) writer.string(spanField.traceState, traceState);
  writer.hex(spanField.spanId, span.spanId);
  writer.hex(spanField.traceId, span.traceId);
  writer.close(2, 0);
  return writer.take();
}

/** Makes the body of an export request out of spans; everything but them is written once. */
export function exportRequest(resource: Attributes, scope: string): (spans: readonly Uint8Array[]) => Buffer {
  writeAttributes(1, resource);
  writer.close(1, 0);
  const resourceField = writer.take();
  writer.string(1, scope);
  writer.close(1, 0);
  const scopeField = writer.take();
  return (spans) => {
    for (let at = spans.length - 1; at >= 0; at -= 1) writer.raw(spans[at] as Uint8Array);
    writer.raw(scopeField);
    writer.close(2, 0);
    writer.raw(resourceField);
    writer.close(1, 0);
    return writer.take();
  };
}

function writeAttributes(field: number, attributes: Attributes): void {
  for (let at = attributes.length - 1; at >= 0; at -= 1) {
    const [name, value] = attributes[at] as Attributes[number];
    const pair = writer.length;
    if (typeof value === 'string') writer.string(1, value);
    else if (typeof value === 'boolean') writer.integer(2, value);
    else if (Number.isSafeInteger(value) && value >= 0) writer.integer(3, value);
    else writer.double(4, value);
    writer.close(2, pair);
    writer.string(1, name);
    writer.close(field, pair);
  }
}
