/** A token, taken apart. Nothing of it is to be believed before its signature has been verified. */
export interface Jwt {
  readonly algorithm: string;
  /** Which key it says that it is signed with (`kid`). */
  readonly keyId: string | undefined;
  readonly claims: Readonly<Record<string, unknown>>;
  /** Header and claims as they were signed. */
  readonly signed: string;
  readonly signature: Buffer;
}

const segment = /^[A-Za-z0-9_-]+$/;

/** Reads a token in compact form (RFC 7519, RFC 7515); undefined where it is none. */
export function readJwt(token: string): Jwt | undefined {
  const afterHeader = token.indexOf('.');
  const afterClaims = token.indexOf('.', afterHeader + 1);
  if (afterHeader < 0 || afterClaims < 0) return undefined;
  const header = headerOf(token.slice(0, afterHeader));
  const claims = jsonOf(token.slice(afterHeader + 1, afterClaims));
  const signature = token.slice(afterClaims + 1);
  if (!header || !claims || !segment.test(signature) || typeof header['alg'] !== 'string') return undefined;
  // What `crit` names must be understood (RFC 7515, section 4.1.11), and no extension is understood here.
  if (header['crit'] !== undefined) return undefined;
  const signed = token.slice(0, afterClaims);
  const keyId = typeof header['kid'] === 'string' ? header['kid'] : undefined;
  return { algorithm: header['alg'], keyId, claims, signed, signature: Buffer.from(signature, 'base64url') };
}

/** What is wrong with when a token may be used; `now` in seconds since the epoch, with so many seconds of grace. */
export function timeProblem({ exp, nbf }: Jwt['claims'], now: number, grace: number): string | undefined {
  if (exp !== undefined && !(typeof exp === 'number' && now < exp + grace)) return 'JWT expired';
  const isBegun = nbf === undefined || (typeof nbf === 'number' && now >= nbf - grace);
  return isBegun ? undefined : 'JWT is not valid yet';
}

let lastHeader: { readonly text: string; readonly value: Readonly<Record<string, unknown>> | undefined } | undefined;

/** Tokens of one issuer all begin with the same header, which is read once. */
function headerOf(text: string): Readonly<Record<string, unknown>> | undefined {
  if (lastHeader?.text !== text) lastHeader = { text, value: jsonOf(text) };
  return lastHeader.value;
}

function jsonOf(text: string): Readonly<Record<string, unknown>> | undefined {
  if (!segment.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return value as Readonly<Record<string, unknown>>;
  } catch {
    // Whoever sent it only learns that it is no token.
    return undefined;
  }
}
