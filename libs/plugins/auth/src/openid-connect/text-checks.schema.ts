import { isSecretReference } from '@sluice/schema';
import { checkHeaderNames } from '../shared/header-names.schema.ts';

/** As much of the settings as is checked here. */
export interface TextSettings {
  readonly realm: string;
  readonly logout_path: string;
  readonly redirect_uri?: string | undefined;
  readonly post_logout_redirect_uri?: string | undefined;
  readonly token_signing_alg_values_expected?: string | undefined;
  readonly authorization_params?: Readonly<Record<string, unknown>> | undefined;
  readonly introspection_addon_headers?: readonly string[] | undefined;
  readonly introspection_interval: number;
  readonly iat_slack: number;
  readonly jwk_expires_in: number;
  readonly client_jwt_assertion_expires_in: number;
  readonly access_token_expires_leeway: number;
  readonly access_token_expires_in?: number | undefined;
  readonly refresh_session_interval?: number | undefined;
  readonly proxy_opts?: Readonly<Record<string, unknown>> | undefined;
}

const algorithm = /^(?:HS|RS|PS|ES)(?:256|384|512)$|^EdDSA$/;
const realm = /^[ -!#-[\]-~]*$/;
const basic = /^Basic +[A-Za-z0-9+/]+={0,2}$/i;

/** What the gateway itself says at a sign-in: whoever could say something else would break what protects it. */
const own = new Set([
  'client_id',
  'code_challenge',
  'code_challenge_method',
  'nonce',
  'redirect_uri',
  'request',
  'request_uri',
  'response_mode',
  'response_type',
  'scope',
  'state',
]);

/** What is wrong with texts and numbers, beyond their types. */
export function checkText(config: TextSettings): string | undefined {
  return (
    checkAlgorithms(config.token_signing_alg_values_expected) ??
    checkWays(config) ??
    checkParameters(config.authorization_params) ??
    checkHeaderNames('introspection_addon_headers', config.introspection_addon_headers ?? []) ??
    checkNumbers(config) ??
    checkProxies(config.proxy_opts) ??
    (realm.test(config.realm) ? undefined : failed('realm', 'quotes, backslashes and controls cannot be in a realm'))
  );
}

function checkAlgorithms(expected: string | undefined): string | undefined {
  if (expected === undefined || isSecretReference(expected)) return undefined;
  const wrong = expected.split(/[\s,]+/).find((name) => !algorithm.test(name));
  return wrong === undefined
    ? undefined
    : failed('token_signing_alg_values_expected', `"${wrong}" is no algorithm that signs (RFC 7518, RFC 8037)`);
}

function checkWays(config: TextSettings): string | undefined {
  for (const name of ['redirect_uri', 'post_logout_redirect_uri'] as const) {
    const value = config[name];
    if (value !== undefined && !isSecretReference(value) && !isWay(value)) {
      return failed(name, `expected an http or https URL, or a path, got "${value}"`);
    }
  }
  return config.logout_path.startsWith('/') ? undefined : failed('logout_path', 'expected a path');
}

function isWay(value: string): boolean {
  if (value.startsWith('/') && !value.startsWith('//')) return URL.canParse(value, 'http://host');
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}

function checkParameters(parameters: Readonly<Record<string, unknown>> = {}): string | undefined {
  for (const [name, value] of Object.entries(parameters)) {
    if (own.has(name)) return failed('authorization_params', `"${name}" is what the gateway itself says`);
    if (typeof value === 'object') return failed('authorization_params', `"${name}" is no text`);
  }
  return undefined;
}

function checkNumbers(config: TextSettings): string | undefined {
  const names = [
    'introspection_interval',
    'iat_slack',
    'jwk_expires_in',
    'client_jwt_assertion_expires_in',
    'access_token_expires_leeway',
    'access_token_expires_in',
    'refresh_session_interval',
  ] as const;
  const negative = names.find((name) => (config[name] ?? 0) < 0);
  return negative && failed(negative, 'expected at least 0');
}

function checkProxies(proxies: Readonly<Record<string, unknown>> = {}): string | undefined {
  for (const scheme of ['http', 'https']) {
    const address = proxies[`${scheme}_proxy`];
    const isProxy = typeof address !== 'string' || isSecretReference(address) || /^https?:\/\/[^/]/.test(address);
    if (!isProxy || (typeof address === 'string' && !isSecretReference(address) && !URL.canParse(address))) {
      return failed(`proxy_opts.${scheme}_proxy`, 'expected an http or https URL');
    }
    const proof = proxies[`${scheme}_proxy_authorization`];
    if (typeof proof === 'string' && !isSecretReference(proof) && !basic.test(proof)) {
      return failed(`proxy_opts.${scheme}_proxy_authorization`, 'expected "Basic" and user:password in base64');
    }
  }
  return undefined;
}

function failed(field: string, problem: string): string {
  return `property "${field}" validation failed: ${problem}`;
}
