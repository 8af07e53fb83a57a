import { type Jwt, readJwt } from '../shared/jwt.ts';
import { isSignedBy, type JwtConsumer } from './verification-key.ts';

/** Tokens that are kept. Only good ones are, so that nobody without a key can push out those of others. */
const countMax = 8192;

/** Characters of a token that is kept. With `countMax` it bounds the memory to some megabytes. */
const lengthMax = 2048;

/** Traces of tokens that were good once; a power of two. */
const tracesMax = 16_384;

/** A token whose signature was good, and what it says. */
interface Verified {
  readonly claims: Jwt['claims'];
  /** Whose key the signature was good for. */
  readonly consumer: JwtConsumer;
}

/** A token that was read, be it just now or when it was verified. */
export type ReadToken = Jwt | Verified;

/**
 * Clients present one token many times; its signature is verified twice. The second time it is remembered: keeping those
 * that come only once would cost more than all the rest, since what outlives a request has to be collected. What is
 * remembered is only that it was good for one version of a consumer: who that is now, and whether the time has come, is asked
 * anew for each request.
 */
export class VerifiedTokens {
  /** When this half is full, it becomes the old one: forgetting one by one would have to look for the oldest each time. */
  #young = new Map<string, Verified>();
  #old = new Map<string, Verified>();
  readonly #traces = new Uint32Array(tracesMax);

  read(token: string): ReadToken | undefined {
    const known = this.#young.get(token);
    if (known !== undefined) return known;
    const old = this.#old.get(token);
    if (old === undefined) return readJwt(token);
    this.#remember(token, old);
    return old;
  }

  /** Whether a token, as `read` gave it, is signed by this consumer. */
  isSignedBy(consumer: JwtConsumer, read: ReadToken, token: string): boolean {
    if ('consumer' in read && read.consumer === consumer) return true;
    const jwt = 'signature' in read ? read : readJwt(token);
    if (jwt === undefined || !isSignedBy(consumer, jwt)) return false;
    if (this.#isSecond(jwt.signature) && token.length <= lengthMax)
      this.#remember(token, { claims: jwt.claims, consumer });
    return true;
  }

  get size(): number {
    return new Set([...this.#young.keys(), ...this.#old.keys()]).size;
  }

  /** Leaves a trace of a good signature, which is as good as random, and says whether it was there. */
  #isSecond(signature: Buffer): boolean {
    const at = signature.readUInt16LE(0) & (tracesMax - 1);
    const trace = signature.readUInt32LE(2);
    const isSecond = this.#traces[at] === trace;
    this.#traces[at] = trace;
    return isSecond;
  }

  #remember(token: string, verified: Verified): void {
    if (this.#young.size >= countMax / 2 && !this.#young.has(token)) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(token, verified);
  }
}
