import { generateKeyPairSync } from 'node:crypto';

interface GrantContext {
  readonly oidc: {
    readonly client: { readonly clientId: string };
    readonly session: { readonly accountId: string };
    readonly provider: {
      readonly Grant: new (of: object) => { addOIDCScope(scope: string): void; save(): Promise<unknown> };
    };
  };
}

/** What somebody who is signed in tells of themselves, by account. */
export type ClaimsOf = (account: string) => Readonly<Record<string, unknown>>;

/**
 * Settings of the package `oidc-provider` for a provider at which nobody is asked what may be told about them: they get this
 * scope. Whoever signs in is sent to `/interaction/...`, which the test finishes.
 */
export function openidProviderSettings(scope: string, claimsOf: ClaimsOf): Record<string, unknown> {
  return {
    cookies: { keys: ['a key of cookies in tests'] },
    jwks: { keys: [signingJwk('signs')] },
    pkce: { required: () => true },
    interactions: { url: (_: unknown, { uid }: { readonly uid: string }) => `/interaction/${uid}` },
    findAccount: (_: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id, ...claimsOf(id) }) }),
    async loadExistingGrant({ oidc }: GrantContext): Promise<object> {
      const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
      grant.addOIDCScope(scope);
      await grant.save();
      return grant;
    },
  };
}

/** A new private key for RS256, as a JWK. */
export function signingJwk(kid: string) {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' };
}
