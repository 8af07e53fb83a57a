import type { HeaderValue } from '@sluice/plugin-kit';
import { isNamed } from './field-name.ts';
import { HeaderList } from './header-list.ts';
import type { HostView } from './peer.ts';

const names = ['x-forwarded-proto', 'x-forwarded-host', 'x-forwarded-port'] as const;

/** A field that says how a client reached the gateway, in lower case. */
export type ForwardedName = (typeof names)[number];

/**
 * The fields of a request. `X-Forwarded-Proto`, `-Host` and `-Port` are written by the gateway when it sends the request on,
 * and plugins may treat them as if they stood here already: what joins them stands behind the gateway's word, and what is
 * taken out stays out.
 */
export class RequestHeaders extends HeaderList {
  readonly #scheme: string;
  readonly #host: HostView;
  #withheld: Set<ForwardedName> | null = null;

  constructor(flat: readonly string[], scheme: string, host: HostView) {
    super(flat);
    this.#scheme = scheme;
    this.#host = host;
  }

  override get isChanged(): boolean {
    return this.#withheld !== null || super.isChanged;
  }

  /** Whether a plugin wants the upstream not to hear of it. */
  isWithheld(name: ForwardedName): boolean {
    return this.#withheld?.has(name) ?? false;
  }

  override append(name: string, value: string): void {
    const forwarded = forwardedName(name);
    if (forwarded !== undefined && this.#withheld?.delete(forwarded) !== true && !this.has(name))
      super.append(name, this.#own(forwarded));
    super.append(name, value);
  }

  override set(name: string, value: HeaderValue): void {
    const forwarded = forwardedName(name);
    if (forwarded !== undefined) {
      if (value.length === 0) return this.remove(name);
      this.#withheld?.delete(forwarded);
    }
    super.set(name, value);
  }

  override remove(name: string): void {
    const forwarded = forwardedName(name);
    if (forwarded !== undefined) (this.#withheld ??= new Set()).add(forwarded);
    super.remove(name);
  }

  /** The same fields for another message, as changed as these are. */
  copy(): RequestHeaders {
    const copied = new RequestHeaders([...this.flat], this.#scheme, this.#host);
    copied.#withheld = new Set(this.#withheld);
    return copied;
  }

  #own(name: ForwardedName): string {
    if (name === 'x-forwarded-proto') return this.#scheme;
    return name === 'x-forwarded-host' ? this.#host.raw : this.#host.port;
  }
}

/** Told by the length first: nearly no name has one of theirs. */
function forwardedName(name: string): ForwardedName | undefined {
  if (name.length !== 16 && name.length !== 17) return undefined;
  return names.find((known) => known.length === name.length && isNamed(name, known));
}
