import { reply } from '@sluice/plugin-kit';
import type { GatewayRequest, GatewayResponse } from './messages.ts';
import { respond } from './respond.ts';

const tooLarge = reply(413);

/** The body of a request that did not say how long it is, cut off where it becomes too long. */
export class BoundedBody implements Pick<GatewayRequest, 'on' | 'pause' | 'resume' | 'setTimeout'> {
  readonly #req: GatewayRequest;
  readonly #res: GatewayResponse;
  readonly #bytesMax: number;
  #bytes = 0;

  constructor(req: GatewayRequest, res: GatewayResponse, bytesMax: number) {
    this.#req = req;
    this.#res = res;
    this.#bytesMax = bytesMax;
  }

  on(event: 'data', listener: (chunk: Buffer) => void): unknown;
  on(event: 'end' | 'error' | 'close', listener: () => void): unknown;
  on(event: 'data' | 'end' | 'error' | 'close', listener: (chunk: Buffer) => void): unknown {
    if (event !== 'data') return this.#req.on(event, listener as () => void);
    return this.#req.on('data', (chunk) => {
      this.#bytes += chunk.length;
      if (this.#bytes <= this.#bytesMax) listener(chunk);
      else if (this.#bytes - chunk.length <= this.#bytesMax) this.#refuse();
    });
  }

  pause(): unknown {
    return this.#req.pause();
  }

  resume(): unknown {
    return this.#req.resume();
  }

  setTimeout(ms: number): unknown {
    return this.#req.setTimeout(ms);
  }

  /** What the upstream got of the body breaks off, so that it cannot look whole. */
  #refuse(): void {
    const { exchange } = this.#res;
    if (exchange === null) return this.#res.breakOff();
    exchange.call?.abort();
    this.#res.shouldKeepAlive = false;
    if (exchange.isAnswered) this.#res.breakOff();
    else respond(exchange, tooLarge);
  }
}
