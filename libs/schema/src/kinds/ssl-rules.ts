import type { RuleHooks } from '../define/kind.ts';
import { isJsonObject } from '../json/json-value.ts';
import { isSecretReference } from '../validate/secret-reference.ts';

/**
 * What the schema of a certificate cannot say: that it is one, that the keys belong to the certificates, and that the
 * patterns can be compiled. Expects a value that the schema accepted; answers the whole message.
 */
export function sslRule(value: unknown, hooks: RuleHooks = {}): string | undefined {
  if (!isJsonObject(value)) return undefined;
  const own = pairProblem(value['cert'], value['key'], hooks);
  if (own !== undefined || value['type'] === 'client') return own;
  return furtherProblem(value['certs'], value['keys'], hooks) ?? clientProblem(value['client'], hooks);
}

function furtherProblem(certs: unknown = [], keys: unknown = [], hooks: RuleHooks): string | undefined {
  if (!Array.isArray(certs) || !Array.isArray(keys) || certs.length !== keys.length)
    return 'mismatched number of certs and keys';
  for (const [i, cert] of certs.entries()) {
    const problem = pairProblem(cert, keys[i], hooks);
    if (problem !== undefined) return `failed to handle cert-key pair[${i + 1}]: ${problem}`;
  }
  return undefined;
}

const pemStart = '-----BEGIN';

/**
 * What is wrong with a certificate and its private key, as far as they are there to be looked at. A key that is no PEM is taken
 * for one that somebody has encrypted before, as the compatible API does.
 */
export function pairProblem(
  cert: unknown,
  key: unknown,
  { checkCertificates, checkKeyPair }: RuleHooks,
): string | undefined {
  if (typeof cert !== 'string' || typeof key !== 'string') return undefined;
  const isKeyElsewhere = isSecretReference(key);
  if (!isKeyElsewhere && key.includes(pemStart)) return isSecretReference(cert) ? undefined : checkKeyPair?.(cert, key);
  const problem = isSecretReference(cert) ? undefined : checkCertificates?.(cert);
  return problem ?? (isKeyElsewhere ? undefined : 'failed to decrypt previous encrypted key');
}

function clientProblem(client: unknown, hooks: RuleHooks): string | undefined {
  if (!isJsonObject(client)) return undefined;
  const { ca, skip_mtls_uri_regex: patterns } = client;
  const problem = typeof ca === 'string' && !isSecretReference(ca) ? hooks.checkCertificates?.(ca) : undefined;
  if (problem !== undefined) return `failed to validate client_cert: ${problem}`;
  for (const pattern of Array.isArray(patterns) ? patterns : []) {
    const wrong = hooks.checkPattern?.(String(pattern));
    if (wrong !== undefined) return `failed to validate skip_mtls_uri_regex: ${wrong}`;
  }
  return undefined;
}
