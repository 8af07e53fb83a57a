import { createHash, timingSafeEqual } from 'node:crypto';
import { reply } from '@sluice/plugin-kit';
import type { Explanation, ExplainRequest } from '@sluice/schema';
import type { Exchange } from '../http/exchange.ts';

/** How a client that may know asks to have its own request explained. */
export interface ExplainHeaderOptions {
  /** Name of the header, in lower case. */
  readonly name: string;
  /** What its value must be. */
  readonly secret: string;
}

const bodyBytesMax = 1024 * 1024;
const tooLarge = reply(413, { message: 'A request with a body this large cannot be explained.' });

/** Answers requests that carry the secret with their own explanation. The header never reaches a plugin or an upstream. */
export class ExplainHeader {
  readonly #name: string;
  readonly #digest: Buffer;

  constructor({ name, secret }: ExplainHeaderOptions) {
    this.#name = name.toLowerCase();
    this.#digest = digestOf(secret);
  }

  /** Whether the request asks for an explanation and may have one. A wrong secret is taken out, and says nothing. */
  claims({ request }: Exchange): boolean {
    const { headers } = request;
    const given = headers.get(this.#name);
    if (given === undefined) return false;
    headers.remove(this.#name);
    // Digests have one length, so that the comparison tells nothing about that of the secret either.
    return timingSafeEqual(digestOf(given), this.#digest);
  }

  /** Sends the request once more, watched, and gives the explanation in place of its answer. */
  async answer(exchange: Exchange, explain: (request: ExplainRequest) => Promise<Explanation>) {
    const { request, hostView } = exchange;
    const body = await request.readBody(bodyBytesMax);
    if (body === null) return tooLarge;
    // Without a prototype: a client may call a field `constructor`.
    const headers = Object.create(null) as Record<string, string[]>;
    for (const [name, value] of request.headers.entries()) {
      // The length is that of the body as it is handed on; the others concern the client's own connection.
      if (!/^(content-length|transfer-encoding|connection|keep-alive|expect|host)$/i.test(name))
        (headers[name] ??= []).push(value);
    }
    const explanation = await explain({
      method: request.method,
      url: `${request.scheme}://${hostView.raw}${request.original.uri.replace(/^https?:\/\/[^/]*/i, '')}`,
      headers,
      body: Buffer.from(body).toString(),
      client_ip: exchange.remoteAddr,
      send: true,
    });
    return reply(200, explanation, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
  }
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
