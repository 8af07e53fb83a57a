import type { ReceivedHead, ResponseView } from '@sluice/plugin-kit';
import { HeaderList } from './header-list.ts';

/** The head of an upstream's answer, which nobody changes. */
export interface ReceivedFields {
  readonly status: number;
  /** Name, value, name, value. */
  readonly fields: readonly string[];
  readonly date: string | undefined;
}

/** The answer on its way back, as plugins see and change it. */
export class ResponseMessage implements ResponseView {
  status: number;
  readonly reason: string;
  readonly headers: HeaderList;
  readonly origin: ResponseView['origin'];
  readonly #head: ReceivedFields | null;
  #received: ReceivedHead | null = null;
  #trailers: HeaderList | null = null;

  /** `received` is what an upstream said, where one did. */
  constructor(
    status: number,
    reason: string,
    flatHeaders: readonly string[],
    origin: ResponseView['origin'],
    received: ReceivedFields | null = null,
  ) {
    this.#head = received;
    this.status = status;
    this.reason = reason;
    this.headers = new HeaderList(flatHeaders);
    this.origin = origin;
  }

  get received(): ReceivedHead | undefined {
    if (this.#head === null) return undefined;
    const { status, fields, date } = this.#head;
    return (this.#received ??= { status, date, headers: new HeaderList(fields) });
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
