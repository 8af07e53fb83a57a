import type { Readable } from 'node:stream';
import type { HeaderValue } from './header-fields.ts';

/** An answer that the gateway gives itself. Immutable: one that never changes is made once, in `setup`. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, HeaderValue>>;
  readonly body: string | Uint8Array | Readable | null;
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
