/** Headers of an answer that a repetition carries too. */
const kept = ['content-type', 'etag', 'location'] as const;

/** An answer that is kept for a repetition. */
export interface KeptAnswer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The answer to a repetition: what the first request was answered. */
export class StoredAnswer extends Error {
  override readonly name = 'StoredAnswer';
  readonly status: number;
  readonly answer: KeptAnswer;

  constructor(status: number, answer: KeptAnswer) {
    super('answered before');
    this.status = status;
    this.answer = answer;
  }

  /** Its headers, with the one that tells a repetition. */
  get headers(): Readonly<Record<string, string>> {
    return { ...this.answer.headers, 'idempotency-replayed': 'true' };
  }
}

/** Of the headers of an answer, those that are kept. */
export function keptHeaders(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    kept.flatMap((name) => (typeof headers[name] === 'string' ? [[name, headers[name]] as const] : [])),
  );
}
