import { reply } from '@sluice/plugin-kit';
import { refuseBody } from './body-watch.ts';
import type { GatewayRequest, GatewayResponse } from './messages.ts';

const tooLarge = reply(413);

/** The body of a request that did not say how long it is, cut off where it becomes too long. */
export class BoundedBody implements Pick<GatewayRequest, 'on' | 'pause' | 'resume'> {
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
      else if (this.#bytes - chunk.length <= this.#bytesMax) refuseBody(this.#res, tooLarge);
    });
  }

  pause(): unknown {
    return this.#req.pause();
  }

  resume(): unknown {
    return this.#req.resume();
  }
}
