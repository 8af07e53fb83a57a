import type { SchemaIssue } from './issue.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Validates a value and answers it with defaults filled; never changes what it was given, copies where it must. */
export type Visit = (value: unknown, run: Run) => unknown;

/** One pass over one value: collects issues until it has as many as it wants. */
export class Run {
  readonly issues: Writable<SchemaIssue>[] = [];
  limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  get isFull(): boolean {
    return this.issues.length >= this.limit;
  }

  /** Records an issue at the present value, or at `path` below it. */
  fail(message: string, path = ''): void {
    this.issues.push({ message, path, reason: message });
  }

  /** Says of every issue since `from` in which part of the value it was found. */
  wrap(from: number, prefix: string, path: string): void {
    for (let i = from; i < this.issues.length; i += 1) {
      const issue = this.issues[i];
      if (!issue) return;
      issue.message = prefix + issue.message;
      issue.path = path + issue.path;
    }
  }

  /** Whether a branch accepts a value; its issues are forgotten. The branch's copy of the value is left in `accepted`. */
  accepts(branch: Visit, value: unknown): boolean {
    return this.attempt(branch, value) === undefined;
  }

  /** The value as the last accepting branch left it. */
  accepted: unknown;

  /** The first issue that a branch has with a value; it is not recorded. */
  attempt(branch: Visit, value: unknown): SchemaIssue | undefined {
    const { limit } = this;
    const before = this.issues.length;
    this.limit = before + 1;
    const result = branch(value, this);
    this.limit = limit;
    const issue = this.issues[before];
    if (issue) this.issues.length = before;
    else this.accepted = result;
    return issue;
  }
}

/** A key as one segment of a JSON pointer. */
export function pointerSegment(key: string | number): string {
  if (typeof key === 'number') return `/${key}`;
  return `/${key.includes('~') || key.includes('/') ? key.replaceAll('~', '~0').replaceAll('/', '~1') : key}`;
}
