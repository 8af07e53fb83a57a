import { createPublicKey, type KeyObject } from 'node:crypto';
import { isSecretReference } from '@sluice/schema';
import type { Jwt } from '../shared/jwt.ts';
import { publicKeyCheck, sharedKeyCheck, type SignatureCheck } from '../shared/signature.ts';
import type { OpenidConfig } from './config.ts';
import type { KeySet, Keys } from './key-set.ts';

type Config = Pick<OpenidConfig, 'public_key' | 'client_secret' | 'token_signing_alg_values_expected'>;

/** Which algorithms tokens may be signed with, as configured; undefined for all that a public key can check. */
export function expectedAlgorithms(config: Config): readonly string[] | undefined {
  return config.token_signing_alg_values_expected?.split(/[\s,]+/);
}

/**
 * Checks signatures: of bearer tokens with the configured key or those of the provider; of ID tokens with the latter, or
 * with the secret of the client where that is agreed upon. The token's own word chooses among what is allowed, nothing else:
 * a public key is never the secret of an HS algorithm.
 */
export class TokenVerifier {
  readonly #expected: readonly string[] | undefined;
  readonly #keySet: KeySet;
  readonly #publicKey: KeyObject | null | undefined;
  readonly #secret: Buffer | undefined;
  readonly #checks = new Map<string, SignatureCheck | null>();

  constructor(config: Config, keySet: KeySet) {
    this.#expected = expectedAlgorithms(config);
    this.#keySet = keySet;
    this.#publicKey = config.public_key === undefined ? undefined : readKey(config.public_key);
    const { client_secret: secret } = config;
    this.#secret = secret === undefined || isSecretReference(secret) ? undefined : Buffer.from(secret);
  }

  /** The keys that signatures are held against now: what was good for others is not good any more. */
  get keys(): Keys | undefined {
    return this.#publicKey === undefined ? this.#keySet.current : undefined;
  }

  /** What is wrong with how a token says that it is signed. */
  algorithmProblem({ algorithm }: Jwt): string | undefined {
    if (!/^(?:RS|PS|ES|HS)\d{3}$|^EdDSA$/.test(algorithm)) return 'the token is not signed in a known way';
    const isExpected = this.#expected ? this.#expected.includes(algorithm) : !algorithm.startsWith('HS');
    return isExpected ? undefined : 'the token is signed with an unexpected algorithm';
  }

  /** Whether a bearer token is signed by who may. Rejects or throws where the keys cannot be had. */
  isBearerSigned(token: Jwt): boolean | Promise<boolean> {
    if (token.algorithm.startsWith('HS')) return false;
    if (this.#publicKey === undefined) return this.#keySet.isSigned(token);
    return this.#publicKey !== null && this.#isGood(token, this.#publicKey);
  }

  /** Whether an ID token is signed by the provider; `supported` is what the provider says that it signs with. */
  isIdTokenSigned(token: Jwt, supported: readonly unknown[]): boolean | Promise<boolean> {
    const { algorithm, signed, signature } = token;
    if (this.#expected && !this.#expected.includes(algorithm)) return false;
    if (!/^HS\d{3}$/.test(algorithm)) return this.#keySet.isSigned(token);
    const isAgreed = this.#expected !== undefined || supported.includes(algorithm);
    return isAgreed && this.#secret !== undefined && sharedKeyCheck(algorithm, this.#secret)(signed, signature);
  }

  #isGood({ algorithm, signed, signature }: Jwt, key: KeyObject): boolean {
    let check = this.#checks.get(algorithm);
    // Only algorithms that are known come here: a handful.
    if (check === undefined) this.#checks.set(algorithm, (check = publicKeyCheck(algorithm, key)));
    return check !== null && check(signed, signature);
  }
}

function readKey(pem: string): KeyObject | null {
  try {
    return createPublicKey(pem);
  } catch {
    // It opens nothing: a reference that nothing resolved, or a text that is no key.
    return null;
  }
}
