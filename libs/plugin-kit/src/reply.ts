import type { BodyStream } from './body-transform.ts';
import { grouped } from './grouped.ts';
import type { HeaderValue } from './header-fields.ts';
import type { Answer } from './outgoing.ts';

/** An answer that the gateway gives itself. Immutable: one that never changes is made once, in `setup`. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, HeaderValue>>;
  /**
   * A stream is asked for its next piece when the client has taken the last, and each piece leaves at once. Its `return` is
   * called (a Readable is destroyed) when the client goes before the end. An error breaks the answer off.
   */
  readonly body: string | Uint8Array | BodyStream | null;
  /** Asked when the body has ended; sent to clients that want trailers. */
  readonly trailers?: () => Readonly<Record<string, string>>;
  /** `upstream` for an answer that is an upstream's, passed on by a plugin. */
  readonly origin?: 'gateway' | 'upstream';
}

/** What a phase returns: nothing (go on), an answer (stop here), or a promise of either when it really has to wait. */
export type MaybeReply = Reply | undefined | Promise<Reply | undefined>;

/**
 * Makes an answer. An object becomes JSON with a trailing newline, with the content type of the compatible surface
 * (`text/plain; charset=utf-8`) unless `headers` say otherwise; a string goes out as it is; without a body, statuses from
 * 300 on get the gateway's error page.
 */
export function reply(
  status: number,
  body: object | string | Uint8Array | null = null,
  headers: Readonly<Record<string, HeaderValue>> = {},
): Reply {
  if (body === null || typeof body === 'string' || body instanceof Uint8Array) return { status, headers, body };
  return { status, headers, body: `${JSON.stringify(body)}\n` };
}

/** Makes an answer whose body is produced while it is sent. A `Content-Length` among `headers` must come true. */
export function streamReply(
  status: number,
  body: BodyStream,
  headers: Readonly<Record<string, HeaderValue>> = {},
  trailers?: Reply['trailers'],
): Reply {
  return { status, headers, body, ...(trailers && { trailers }) };
}

/** Passes on an upstream's answer: its head, its body as it arrives, its trailers. */
export function relay(answer: Answer, body: BodyStream = answer.body): Reply {
  return {
    status: answer.status,
    headers: grouped(answer.headers.entries()),
    body,
    trailers: () => Object.fromEntries(answer.trailers.entries()),
    origin: 'upstream',
  };
}

/** Thrown by a body transform of the request, or by whatever a phase calls: ends the request with this answer. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly reply: Reply;

  constructor(answer: Reply) {
    super(`answered ${answer.status}`);
    this.reply = answer;
  }
}
