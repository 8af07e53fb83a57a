import { isJsonObject, type RuleHooks } from '@sluice/schema';
import { type AssertionSettings, checkAssertions } from './assertion-checks.schema.ts';
import { checkDpop, type DpopSettings } from './dpop-checks.schema.ts';
import { checkSessionFields, type SessionSettings } from './session-checks.schema.ts';
import { checkText, type TextSettings } from './text-checks.schema.ts';
import { verifiesItself } from './own-verification.schema.ts';

type Settings = AssertionSettings &
  TextSettings & {
    readonly use_pkce: boolean;
    readonly accept_none_alg: boolean;
    readonly force_reauthorize: boolean;
    readonly claim_schema?: Readonly<Record<string, unknown>> | undefined;
    readonly dpop?: DpopSettings | undefined;
    readonly session?: SessionSettings | undefined;
  };

/** Names of the library behind the plugin of APISIX, which there would be stored with no check and no encryption. */
const reserved: Readonly<Record<string, string>> = {
  use_par: 'par.enabled',
  pushed_authorization_request_endpoint: 'par.endpoint',
  pushed_authorization_request_endpoint_auth_method: 'par.endpoint_auth_method',
  use_dpop: 'dpop.enabled',
  dpop_signing_alg: 'dpop.signing_alg',
  dpop_private_key: 'dpop.private_key',
  dpop_public_jwk: 'dpop.public_jwk',
};

/** What is wrong with the names of the fields, before the schema is asked. */
export function reservedName(config: Readonly<Record<string, unknown>>): string | undefined {
  const found = Object.keys(reserved).find((name) => config[name] !== undefined);
  return found === undefined ? undefined : `property "${found}" is not allowed, use "${reserved[found]}" instead`;
}

/** What is wrong with a configuration that the schema accepted. */
export function checkOpenid(config: Settings, hooks?: RuleHooks): string | undefined {
  return (
    checkNeeds(config) ??
    checkAssertions(config, hooks) ??
    checkDpop(config.dpop, hooks) ??
    checkUnserved(config) ??
    checkText(config) ??
    (config.session && checkSessionFields(config.session)) ??
    checkClaimSchema(config.claim_schema, hooks)
  );
}

function checkNeeds(config: Settings): string | undefined {
  if (!config.bearer_only && config.session === undefined) {
    return 'property "session.secret" is required when "bearer_only" is false';
  }
  return config.client_secret === undefined && !worksWithoutSecret(config)
    ? 'property "client_secret" is required'
    : undefined;
}

function worksWithoutSecret(config: Settings): boolean {
  if (!config.bearer_only) return config.token_endpoint_auth_method === 'private_key_jwt' || config.use_pkce;
  return verifiesItself(config) || config.introspection_endpoint_auth_method === 'private_key_jwt';
}

function checkUnserved(config: Settings): string | undefined {
  if (config.accept_none_alg) {
    return 'property "accept_none_alg" validation failed: tokens without a signature are never accepted';
  }
  if (config.force_reauthorize) {
    return 'property "force_reauthorize" validation failed: every request would be sent to the provider again, without end';
  }
  return undefined;
}

function checkClaimSchema(schema: unknown, hooks: RuleHooks | undefined): string | undefined {
  if (schema === undefined || !isJsonObject(schema)) return undefined;
  const problem = hooks?.checkSchema?.(schema);
  return problem === undefined
    ? undefined
    : `check claim_schema failed: property "claim_schema" is no JSON schema: ${problem}`;
}
