import { type Jwt, readJwt } from './jwt.ts';
import { isSignedBy, type JwtConsumer } from './verification-key.ts';

/** Tokens that are kept. Only good ones are, so that nobody without a key can push out those of others. */
const countMax = 8192;

/** Characters of a token that is kept. With `countMax` it bounds the memory to some megabytes. */
const lengthMax = 2048;

interface Verified {
  readonly jwt: Jwt;
  /** Whose key the signature was good for. */
  readonly consumer: JwtConsumer;
}

/**
 * Clients present one token many times; its signature is verified once. What is remembered is only that it was good for one
 * version of a consumer: who that is now, and whether the time has come, is asked anew for each request.
 */
export class VerifiedTokens {
  readonly #verified = new Map<string, Verified>();

  read(token: string): Jwt | undefined {
    return this.#verified.get(token)?.jwt ?? readJwt(token);
  }

  isSignedBy(consumer: JwtConsumer, jwt: Jwt, token: string): boolean {
    if (this.#verified.get(token)?.consumer === consumer) return true;
    if (!isSignedBy(consumer, jwt)) return false;
    if (token.length <= lengthMax) this.#remember(token, { jwt, consumer });
    return true;
  }

  get size(): number {
    return this.#verified.size;
  }

  #remember(token: string, verified: Verified): void {
    const [oldest] = this.#verified.keys();
    if (oldest !== undefined && this.#verified.size >= countMax) this.#verified.delete(oldest);
    this.#verified.set(token, verified);
  }
}
