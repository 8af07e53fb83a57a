/** What says who verifies bearer tokens. */
interface VerificationSettings {
  readonly public_key?: string | undefined;
  readonly use_jwks: boolean;
}

/** Whether the gateway verifies bearer tokens itself, by a key. Otherwise it asks the provider about each. */
export function verifiesItself({ public_key: key, use_jwks: usesJwks }: VerificationSettings): boolean {
  return key !== undefined || usesJwks;
}
