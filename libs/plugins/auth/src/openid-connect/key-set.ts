import { createPublicKey, type JsonWebKeyInput, type KeyObject } from 'node:crypto';
import type { Clock } from '@sluice/plugin-kit';
import { isJsonObject } from '@sluice/schema';
import type { Jwt } from '../shared/jwt.ts';
import { publicKeyCheck, type SignatureCheck } from '../shared/signature.ts';
import { KeptDocument } from './kept-document.ts';
import type { AskProvider } from './provider-access.ts';
import { ProviderError } from './provider-error.ts';
import { endpointOf, type Metadata, readJson } from './provider-metadata.ts';

/** A provider that signs with more has lost count. */
const keysMax = 100;

/** Tokens that name unknown keys make the keys be read again, but not more often: anybody can write such a token. */
const unknownKeyPauseMs = 10_000;

interface PublishedKey {
  readonly id: string | undefined;
  readonly algorithm: string | undefined;
  readonly key: KeyObject;
  readonly checks: Map<string, SignatureCheck | null>;
}

/** Keys that signed something, or may have: one generation of them. */
export type Keys = readonly PublishedKey[];

/** The keys that a provider publishes (RFC 7517), and what is signed with them. */
export class KeySet {
  readonly #kept: KeptDocument<Keys>;
  #text = '';

  constructor(metadata: KeptDocument<Metadata>, ask: AskProvider, lifetimeSeconds: number, clock: Clock) {
    const ageMsMax = Math.max(lifetimeSeconds, 1) * 1000;
    this.#kept = new KeptDocument({ ageMsMax, clock, read: () => this.#read(metadata, ask) });
  }

  /** The keys that are at hand; another list as soon as the provider publishes others. Old ones are read again meanwhile. */
  get current(): Keys | undefined {
    try {
      const keys = this.#kept.get();
      if (!(keys instanceof Promise)) return keys;
      // Told to whoever needs them to verify something.
      keys.catch(() => undefined);
      return undefined;
    } catch {
      // As above.
      return undefined;
    }
  }

  /** Whether a token is signed by the provider. A plain value where the keys are at hand. */
  isSigned(token: Jwt): boolean | Promise<boolean> {
    const keys = this.#kept.get();
    if (keys instanceof Promise) return keys.then((read) => this.#verify(token, read));
    return this.#verify(token, keys);
  }

  #verify(token: Jwt, keys: Keys): boolean | Promise<boolean> {
    if (isSignedByOne(keys, token)) return true;
    const isKnown = token.keyId !== undefined && keys.some(({ id }) => id === token.keyId);
    const again = isKnown ? undefined : this.#kept.again(unknownKeyPauseMs);
    // Where the keys cannot be read again, the token is signed by none that is known.
    return again?.then((read) => isSignedByOne(read, token)).catch(() => false) ?? false;
  }

  async #read(metadata: KeptDocument<Metadata>, ask: AskProvider): Promise<Keys> {
    const address = endpointOf(await metadata.get(), 'jwks_uri');
    if (address === undefined) throw new ProviderError('The provider publishes no keys.', false);
    const value = await readJson(address, ask);
    const list = isJsonObject(value) ? value['keys'] : undefined;
    if (!Array.isArray(list)) throw new ProviderError(`${address} is no set of keys.`, false);
    const text = JSON.stringify(list);
    if (text === this.#text && this.#kept.current) return this.#kept.current;
    this.#text = text;
    return (list as readonly unknown[]).slice(0, keysMax).flatMap((jwk) => keyOf(jwk) ?? []);
  }
}

function isSignedByOne(keys: Keys, { algorithm, keyId, signed, signature }: Jwt): boolean {
  return keys.some((candidate) => {
    if (keyId !== undefined && candidate.id !== keyId) return false;
    if (candidate.algorithm !== undefined && candidate.algorithm !== algorithm) return false;
    return checkOf(candidate, algorithm)?.(signed, signature) === true;
  });
}

/** How many algorithms one key may be asked for: tokens name them, and those that do not suit are remembered too. */
const checksMax = 16;

function checkOf({ checks, key }: PublishedKey, algorithm: string): SignatureCheck | null {
  let check = checks.get(algorithm);
  if (check === undefined) {
    check = publicKeyCheck(algorithm, key);
    if (checks.size < checksMax) checks.set(algorithm, check);
  }
  return check;
}

/** Undefined for a key that signs nothing that could be verified here, such as a secret one, which nobody may publish. */
function keyOf(jwk: unknown): PublishedKey | undefined {
  if (!isJsonObject(jwk) || jwk['use'] === 'enc' || jwk['kty'] === 'oct') return undefined;
  const { kid, alg } = jwk;
  try {
    const key = createPublicKey({ key: jwk as JsonWebKeyInput['key'], format: 'jwk' });
    const [id, algorithm] = [kid, alg].map((text) => (typeof text === 'string' ? text : undefined));
    return { id, algorithm, key, checks: new Map() };
  } catch {
    // Of a kind that is unknown here: what it signed is refused as signed by nobody known.
    return undefined;
  }
}
