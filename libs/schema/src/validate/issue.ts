/** One thing that a schema has against a value. */
export interface SchemaIssue {
  /** The complete text, from the outermost property inwards, in the wording that clients compare. */
  readonly message: string;
  /** JSON pointer of the offending field; for a missing property, the place where it should be. */
  readonly path: string;
  /** The innermost part of the message, for display beside the field. */
  readonly reason: string;
}

/** Thrown by `parse`; its message is that of the issue. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError';
  readonly issue: SchemaIssue;

  constructor(issue: SchemaIssue) {
    super(issue.message);
    this.issue = issue;
  }
}
