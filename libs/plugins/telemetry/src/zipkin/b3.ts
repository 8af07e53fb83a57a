import type { HeaderFields } from '@sluice/plugin-kit';

/** What a caller says about its trace (B3 propagation). */
export interface B3 {
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
  readonly parentSpanId: string | undefined;
  /** Whether the request is to be recorded; undefined where the caller leaves that to us. */
  readonly isSampled: boolean | undefined;
  readonly isDebug: boolean;
  /** All came in the one header `b3`. */
  readonly isSingle: boolean;
}

const none = { traceId: undefined, spanId: undefined, parentSpanId: undefined };
const decisions: Readonly<Record<string, boolean>> = { 0: false, 1: true, d: true, true: true, false: false };

/** Reads the headers of a request; null where `b3` makes no sense. Ids that are none are as good as not there. */
export function b3Of(headers: HeaderFields): B3 | null {
  const single = headers.get('b3');
  return single === undefined ? fromMany(headers) : fromSingle(single);
}

/** `0`, or the ids of trace and span, then the decision and the id of the parent span. */
function fromSingle(text: string): B3 | null {
  const [first = '', spanId, decision, parentId, ...rest] = text.split('-');
  if (spanId === undefined) {
    const isSampled = first.length === 1 ? decisions[first] : undefined;
    return isSampled === undefined ? null : { ...none, isSampled, isDebug: first === 'd', isSingle: true };
  }
  const isKnown = decision === undefined || (decision.length === 1 && Object.hasOwn(decisions, decision));
  if (first === '' || spanId === '' || !isKnown || rest.length > 0) return null;
  return {
    ...idsOf(first, spanId, parentId),
    isSampled: decision === undefined ? undefined : decisions[decision],
    isDebug: decision === 'd',
    isSingle: true,
  };
}

function fromMany(headers: HeaderFields): B3 {
  const isDebug = headers.get('x-b3-flags') === '1';
  const said = headers.get('x-b3-sampled');
  const isSampled = said === undefined || said === 'd' ? undefined : decisions[said];
  return {
    ...idsOf(headers.get('x-b3-traceid'), headers.get('x-b3-spanid'), headers.get('x-b3-parentspanid')),
    isSampled: isDebug ? true : isSampled,
    isDebug,
    isSingle: false,
  };
}

/** A trace needs both ids; without them the request begins one. */
function idsOf(trace: string | undefined, span: string | undefined, parent: string | undefined) {
  const traceId = hexId(trace, 32) ?? hexId(trace, 16);
  const spanId = hexId(span, 16);
  if (traceId === undefined || spanId === undefined) return none;
  return { traceId, spanId, parentSpanId: hexId(parent, 16) };
}

const hex = /^[\da-f]+$/;

function hexId(text: string | undefined, length: number): string | undefined {
  if (text?.length !== length) return undefined;
  const id = text.toLowerCase();
  return hex.test(id) ? id : undefined;
}
