import { isSecretReference, type RuleHooks } from '@sluice/schema';
import { verifiesItself } from './own-verification.schema.ts';

/** As much of the settings as is checked here. */
export interface AssertionSettings {
  readonly bearer_only: boolean;
  readonly use_jwks: boolean;
  readonly public_key?: string | undefined;
  readonly client_secret?: string | undefined;
  readonly client_rsa_private_key?: string | undefined;
  readonly client_jwt_assertion_alg?: string | undefined;
  readonly token_endpoint_auth_method: string;
  readonly introspection_endpoint?: string | undefined;
  readonly introspection_endpoint_auth_method: string;
  readonly par?: { readonly enabled: boolean; readonly endpoint_auth_method?: string | undefined } | undefined;
}

interface Use {
  readonly field: string;
  readonly method: string;
}

const methods = ['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt', 'none'];

/** What is wrong with how the gateway proves who it is, at the endpoints that this configuration calls. */
export function checkAssertions(config: AssertionSettings, hooks: RuleHooks | undefined): string | undefined {
  const uses = usesOf(config);
  const unknown = uses.find(({ method }) => !methods.includes(method));
  if (unknown) return `property "${unknown.field}" validation failed: matches none of ${methods.join(', ')}`;
  return checkPar(config) ?? checkAlgorithm(config, uses, hooks);
}

/** The endpoints that are called, and how the gateway proves there who it is. */
function usesOf(config: AssertionSettings): Use[] {
  const introspection = {
    field: 'introspection_endpoint_auth_method',
    method: config.introspection_endpoint_auth_method,
  };
  const isOwn = verifiesItself(config);
  if (config.bearer_only) return isOwn ? [] : [introspection];
  const uses = [{ field: 'token_endpoint_auth_method', method: config.token_endpoint_auth_method }];
  const pushed = config.par?.enabled ? config.par.endpoint_auth_method : undefined;
  if (pushed !== undefined) uses.push({ field: 'par.endpoint_auth_method', method: pushed });
  if (config.introspection_endpoint !== undefined && !isOwn) uses.push(introspection);
  return uses;
}

function checkPar({ bearer_only: isBearerOnly, par, ...config }: AssertionSettings): string | undefined {
  if (isBearerOnly || !par?.enabled) return undefined;
  const { endpoint_auth_method: method = '' } = par;
  const needs: Readonly<Record<string, 'client_rsa_private_key' | 'client_secret'>> = {
    private_key_jwt: 'client_rsa_private_key',
    client_secret_jwt: 'client_secret',
  };
  const needed = needs[method];
  return needed === undefined || config[needed] !== undefined
    ? undefined
    : `property "par.endpoint_auth_method" "${method}" requires "${needed}" when "par.enabled" is true`;
}

function checkAlgorithm(
  { client_jwt_assertion_alg: algorithm, client_rsa_private_key: pem }: AssertionSettings,
  uses: readonly Use[],
  hooks: RuleHooks | undefined,
): string | undefined {
  if (algorithm === undefined) return undefined;
  const byKey = uses.find(({ method }) => method === 'private_key_jwt');
  const bySecret = uses.find(({ method }) => method === 'client_secret_jwt');
  const setting = 'property "client_jwt_assertion_alg"';
  if (byKey && bySecret) {
    const [first, second] = uses.indexOf(byKey) < uses.indexOf(bySecret) ? [byKey, bySecret] : [bySecret, byKey];
    return `${setting} is a single algorithm, but "${first.field}" selects ${first.method} and "${second.field}" selects ${second.method}`;
  }
  const isSymmetric = algorithm.startsWith('HS');
  const wrong = isSymmetric ? byKey : bySecret;
  if (wrong) {
    const family = isSymmetric ? 'symmetric' : 'asymmetric';
    return `${setting} "${algorithm}" is ${family} and cannot be used with the ${wrong.method} selected by "${wrong.field}"`;
  }
  return byKey && pem !== undefined ? checkKey(algorithm, pem, hooks) : undefined;
}

const curves: Readonly<Record<string, string>> = { ES256: 'P-256', ES512: 'P-521' };

function checkKey(algorithm: string, pem: string, hooks: RuleHooks | undefined): string | undefined {
  if (isSecretReference(pem) || hooks?.publicJwkOf === undefined) return undefined;
  const half = hooks.publicJwkOf(pem);
  if (half === null || half === 'public') return 'property "client_rsa_private_key" is not a private key in PEM';
  const setting = `property "client_jwt_assertion_alg" "${algorithm}" requires`;
  const curve = curves[algorithm];
  if (curve === undefined) return half['kty'] === 'RSA' ? undefined : `${setting} an RSA "client_rsa_private_key"`;
  if (half['kty'] !== 'EC') return `${setting} an EC "client_rsa_private_key"`;
  if (half['crv'] === curve) return undefined;
  return `${setting} a "client_rsa_private_key" on curve "${curve}", got "${String(half['crv'])}"`;
}
