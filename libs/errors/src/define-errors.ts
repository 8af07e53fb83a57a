/** Whose fault an error is. Chooses log level and metric label. */
export type ErrorSource = 'client' | 'gateway' | 'upstream' | 'plugin' | 'peer';

/** One row of an error table. */
export interface ErrorSpec {
  /** HTTP status with which the error leaves the process. */
  readonly status: number;
  readonly source: ErrorSource;
  /** True where trying again (another node, another moment) may help. The retry loop asks nothing else. */
  readonly retryable?: boolean;
  /** For a stranger: says what happened, never names hosts, keys or internals. */
  readonly message: string;
}

/** A table of errors: one function per code, which makes the error with a detail for the log only. */
export type ErrorTable<T extends Record<string, ErrorSpec>> = {
  readonly [Code in keyof T]: (detail?: string, cause?: unknown) => GatewayError;
};

/** An error that knows its stable code, whose fault it is, and what a stranger may read of it. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly code: string;
  readonly status: number;
  readonly source: ErrorSource;
  readonly isRetryable: boolean;
  /** For us: goes to logs, never into an answer. */
  readonly detail: string | undefined;

  constructor(code: string, spec: ErrorSpec, detail?: string, cause?: unknown) {
    super(spec.message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.status = spec.status;
    this.source = spec.source;
    this.isRetryable = spec.retryable ?? false;
    this.detail = detail;
  }
}

const known = new Map<string, ErrorSpec>();

/**
 * Declares a table of errors. Codes are stable and unique in a process: declaring one twice is a programming error and
 * throws at load time.
 */
export function defineErrors<const T extends Record<string, ErrorSpec>>(table: T): ErrorTable<T> {
  const makers: Record<string, (detail?: string, cause?: unknown) => GatewayError> = {};
  for (const [code, spec] of Object.entries(table)) {
    if (known.has(code)) throw new Error(`The error code ${code} is declared twice.`);
    known.set(code, spec);
    makers[code] = (detail, cause) => new GatewayError(code, spec, detail, cause);
  }
  return makers as ErrorTable<T>;
}

/** Every code declared so far in this process; the reference page is generated from it. */
export function declaredErrors(): ReadonlyMap<string, ErrorSpec> {
  return known;
}
