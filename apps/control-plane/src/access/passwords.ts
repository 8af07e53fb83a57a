import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { TooManyAttempts } from './access.errors.ts';

interface Cost {
  /** Logarithm of the number of blocks. */
  readonly ln: number;
  readonly r: number;
  readonly p: number;
}

const COST: Cost = { ln: 15, r: 8, p: 1 };
const HASH_BYTES = 32;
const SALT_BYTES = 16;

/** Hashing takes 32 MiB and tens of milliseconds of a thread that file and name look-ups also need. */
const CONCURRENT_MAX = 2;
const WAITING_MAX = 64;

const stored = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+=*)\$([A-Za-z0-9+/]+=*)$/;

/** Hashes passwords with scrypt; the parameters stand in the hash, so that they can grow. */
@Injectable()
export class Passwords {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  async hash(password: string): Promise<string> {
    const salt = randomBytes(SALT_BYTES);
    const hash = await this.#derive(password, salt, HASH_BYTES, COST);
    return `$scrypt$ln=${COST.ln},r=${COST.r},p=${COST.p}$${salt.toString('base64')}$${hash.toString('base64')}`;
  }

  /** Whether a password is the right one. Without a hash (an unknown user) it takes just as long and is false. */
  async verify(password: string, hash: string | undefined): Promise<boolean> {
    const parts = hash === undefined ? undefined : parse(hash);
    if (!parts) {
      await this.#derive(password, Buffer.alloc(SALT_BYTES), HASH_BYTES, COST);
      return false;
    }
    const derived = await this.#derive(password, parts.salt, parts.hash.length, parts.cost);
    return timingSafeEqual(derived, parts.hash);
  }

  /** Whether a hash was made with other parameters than today's. */
  isOutdated(hash: string): boolean {
    const cost = parse(hash)?.cost;
    return cost?.ln !== COST.ln || cost.r !== COST.r || cost.p !== COST.p;
  }

  async #derive(password: string, salt: Buffer, length: number, { ln, r, p }: Cost): Promise<Buffer> {
    await this.#enter();
    try {
      const options = { N: 2 ** ln, r, p, maxmem: 2 ** ln * r * 256 };
      return await new Promise<Buffer>((resolve, reject) => {
        scrypt(password.normalize('NFKC'), salt, length, options, (error, key) =>
          error ? reject(error) : resolve(key),
        );
      });
    } finally {
      this.#leave();
    }
  }

  async #enter(): Promise<void> {
    if (this.#running < CONCURRENT_MAX) {
      this.#running += 1;
      return;
    }
    if (this.#waiting.length >= WAITING_MAX) throw new TooManyAttempts(1, 'too many passwords to check at once');
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Hands the place to whoever waits longest, so that nobody can overtake. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#running -= 1;
  }
}

function parse(hash: string): { readonly cost: Cost; readonly salt: Buffer; readonly hash: Buffer } | undefined {
  const match = stored.exec(hash);
  if (!match) return undefined;
  const [, ln, r, p, salt = '', key = ''] = match;
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) };
  return { cost, salt: Buffer.from(salt, 'base64'), hash: Buffer.from(key, 'base64') };
}
