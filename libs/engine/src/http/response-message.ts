import type { ResponseView } from '@sluice/plugin-kit';
import { HeaderList } from './header-list.ts';

/** The answer on its way back, as plugins see and change it. */
export class ResponseMessage implements ResponseView {
  status: number;
  readonly reason: string;
  readonly headers: HeaderList;
  readonly origin: ResponseView['origin'];
  #trailers: HeaderList | null = null;

  constructor(status: number, reason: string, flatHeaders: readonly string[], origin: ResponseView['origin']) {
    this.status = status;
    this.reason = reason;
    this.headers = new HeaderList(flatHeaders);
    this.origin = origin;
  }

  get trailers(): HeaderList {
    return (this.#trailers ??= new HeaderList([]));
  }

  /** Null where there are none. */
  get trailersOrNull(): HeaderList | null {
    return this.#trailers;
  }

  /** The body has ended, and these came after it: name, value, name, value. */
  putTrailers(flat: readonly string[]): void {
    this.#trailers = new HeaderList(flat);
  }
}
