import { createHash, randomInt, timingSafeEqual } from 'node:crypto';

const RANDOM_MAX = 2 ** 47;

/** Makes a token: when and at random, signed by a key. `seconds` since the epoch. */
export function createToken(key: string, seconds: number): string {
  const random = randomInt(RANDOM_MAX) / RANDOM_MAX;
  const token = { random, expires: seconds, sign: signature(random, seconds, key) };
  return Buffer.from(JSON.stringify(token)).toString('base64');
}

/** Whether a token carries the key's signature and is at most `lifetime` seconds old; a lifetime of 0 does not end. */
export function isGoodToken(token: string, key: string, seconds: number, lifetime: number): boolean {
  const { random, expires, sign } = parseToken(token);
  if (typeof random !== 'number' || typeof expires !== 'number' || typeof sign !== 'string') return false;
  if (lifetime > 0 && seconds - expires > lifetime) return false;
  const expected = Buffer.from(signature(random, expires, key));
  const given = Buffer.from(sign);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** The compatible form, so that a token of one gateway is good at the other. */
function signature(random: number, expires: number, key: string): string {
  return createHash('sha256').update(`{expires:${expires},random:${random},key:${key}}`).digest('hex');
}

function parseToken(token: string): { readonly random?: unknown; readonly expires?: unknown; readonly sign?: unknown } {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, 'base64').toString());
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    // Whatever it is, it is no token: the caller refuses it.
    return {};
  }
}
