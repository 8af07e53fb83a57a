import type { HeaderFields } from '@sluice/plugin-kit';

/** A span of somebody else, as its `traceparent` says (W3C Trace Context). */
export interface TraceParent {
  /** 32 hexadecimal digits of lower case, not all zero. */
  readonly traceId: string;
  /** 16 of them. */
  readonly spanId: string;
  readonly isSampled: boolean;
}

const noTrace = '0'.repeat(32);
/** Version, trace, span, flags; ids of zeros and the version ff are none. Later versions may say more behind. */
const form = /^(?!ff)([\da-f]{2})-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})(-.*)?$/;

/** Reads `traceparent`; undefined where there is none, several, or one that says nothing valid: a new trace begins there. */
export function traceParentOf(headers: HeaderFields): TraceParent | undefined {
  const text = headers.get('traceparent');
  if (text === undefined || headers.getAll('traceparent').length > 1) return undefined;
  const [, version, traceId = '', spanId = '', flags = '', rest] = form.exec(text) ?? [];
  if (version === undefined || (version === '00' && rest !== undefined)) return undefined;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

/** The `traceparent` of a span. */
export function traceParent(traceId: string, spanId: string, isSampled: boolean): string {
  return `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`;
}

/** Whether a text can be the id of a trace: 32 hexadecimal digits of lower case, not all zero. */
export function isTraceId(text: string): boolean {
  return /^[\da-f]{32}$/.test(text) && text !== noTrace;
}
