import type { Conflict } from './draft-types.ts';

/** One thing that the control plane or a schema has against a value. */
export interface Issue {
  /** JSON pointer into the value that was checked; empty for the whole of it. */
  readonly path: string;
  readonly message: string;
}

interface ApiErrorDetails {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly issues?: readonly Issue[];
  readonly requestId?: string | undefined;
  readonly retryAfterS?: number | undefined;
  readonly conflicts?: readonly Conflict[];
}

/** What a call answered when it did not succeed. Its message is meant for people. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  /** Stable, for decisions: `CONFLICT`, `PRECONDITION_FAILED`. `UNREACHABLE` or `TIMEOUT` where nothing answered. */
  readonly code: string;
  readonly issues: readonly Issue[];
  readonly requestId: string | undefined;
  readonly retryAfterS: number | undefined;
  /** What a draft and the head disagree about, where that is why. */
  readonly conflicts: readonly Conflict[];

  constructor(details: ApiErrorDetails) {
    super(details.message);
    this.status = details.status;
    this.code = details.code;
    this.issues = details.issues ?? [];
    this.requestId = details.requestId;
    this.retryAfterS = details.retryAfterS;
    this.conflicts = details.conflicts ?? [];
  }
}

/** The error of a call that nobody answered. */
export function unreachable(): ApiError {
  return new ApiError({ status: 0, code: 'UNREACHABLE', message: 'The control plane cannot be reached.' });
}

/** The error of a call whose answer did not come in time; one that changes something may still succeed. */
export function timedOut(timeoutMs: number, mayStillHappen: boolean): ApiError {
  const silence = `The control plane did not answer within ${timeoutMs / 1000} seconds.`;
  const message = mayStillHappen ? `${silence} The change may still be made.` : silence;
  return new ApiError({ status: 0, code: 'TIMEOUT', message });
}

interface ErrorBody {
  readonly error?: {
    readonly code?: string;
    readonly message?: string;
    readonly field?: string;
    readonly issues?: readonly Issue[];
    readonly request_id?: string;
    readonly conflicts?: readonly Conflict[];
  };
}

/** Reads an error response; a body that is not ours, such as a proxy's page, is told by its status alone. */
export async function errorFrom(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => ({}))) as ErrorBody | null;
  const error = body?.error ?? {};
  const message = error.message ?? `The control plane answered ${response.status}.`;
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new ApiError({
    status: response.status,
    code: error.code ?? `HTTP_${response.status}`,
    message,
    issues: error.issues ?? (error.field === undefined ? [] : [{ path: error.field, message }]),
    requestId: error.request_id,
    retryAfterS: Number.isFinite(retryAfter) ? retryAfter : undefined,
    conflicts: error.conflicts ?? [],
  });
}

/** Whether an error has this stable code. */
export function hasCode(error: unknown, code: string): error is ApiError {
  return error instanceof ApiError && error.code === code;
}

/** The sentence to show for anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'Something unexpected happened.';
}
