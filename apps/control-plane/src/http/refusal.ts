/** One thing that is wrong with a request, at the field where it is wrong. */
export interface RefusalIssue {
  /** JSON pointer into what was sent. */
  readonly path: string;
  readonly message: string;
}

/** Codes with which a request can be refused; stable, part of the API. */
export type RefusalCode =
  | 'INVALID'
  | 'APPROVAL_REQUIRED'
  | 'SELF_APPROVAL'
  | 'NOT_FOUND'
  | 'CONFLICT'
  | 'GONE'
  | 'PRECONDITION_FAILED'
  | 'TOO_LARGE'
  | 'CONFIRMATION_NEEDED';

const statusOf: Readonly<Record<RefusalCode, number>> = {
  INVALID: 400,
  APPROVAL_REQUIRED: 403,
  SELF_APPROVAL: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  GONE: 410,
  PRECONDITION_FAILED: 412,
  TOO_LARGE: 413,
  // Precondition required (RFC 6585): the same request, with its confirmation, is accepted.
  CONFIRMATION_NEEDED: 428,
};

/** What a refusal can say beyond its message. */
export interface RefusalDetails {
  /** JSON pointer of the offending field. */
  readonly field?: string | undefined;
  readonly issues?: readonly RefusalIssue[] | undefined;
  /** Further members of the error in `/api/v1`, such as what a change set is in conflict with. */
  readonly report?: object | undefined;
}

/**
 * A request that is refused because of what it asks for. Unlike an error of an error table its message is made for the
 * sender: it names the sender's own fields and ids, never a secret and nothing internal.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;
  readonly status: number;
  readonly field: string | undefined;
  readonly issues: readonly RefusalIssue[] | undefined;
  readonly report: object | undefined;

  constructor(code: RefusalCode, message: string, { field, issues, report }: RefusalDetails = {}) {
    super(message);
    this.code = code;
    this.status = statusOf[code];
    this.field = field;
    this.issues = issues;
    this.report = report;
  }

  /** The same refusal, told of a value that stands at `path` inside what was sent. */
  within(path: string): Refusal {
    // Nothing is added to a refusal of the whole request; it stays the very error that it is.
    if (path === '') return this;
    const inside = (issue: RefusalIssue): RefusalIssue => ({ ...issue, path: path + issue.path });
    const issues = this.issues ?? [{ path: this.field ?? '', message: this.message }];
    return new Refusal(this.code, this.message, { field: path + (this.field ?? ''), issues: issues.map(inside) });
  }
}
