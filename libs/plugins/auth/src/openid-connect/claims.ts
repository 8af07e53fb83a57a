import { compileJsonSchema } from '@sluice/json-schema';
import { type Reply, reply } from '@sluice/plugin-kit';
import type { OpenidConfig } from './config.ts';

/** What is said of a token or its owner. */
export type Claims = Readonly<Record<string, unknown>>;

type Config = Pick<OpenidConfig, 'claim_schema' | 'claim_validator' | 'client_id' | 'iat_slack' | 'required_scopes'>;

/** Refuses tokens that are good, but not for this: answers 403, or nothing. */
export function claimRefusals(config: Config): (claims: Claims) => Reply | undefined {
  const scopes = config.required_scopes ?? [];
  const {
    claim = 'aud',
    required = false,
    match_with_client_id: matches = false,
  } = config.claim_validator?.audience ?? {};
  const unscoped = forbidden(`required scopes ${scopes.join(', ')} not present`);
  const absent = forbidden('required audience claim not present');
  const mismatched = forbidden('mismatched audience');
  return (claims) => {
    const granted = scopesOf(claims);
    if (!scopes.every((scope) => granted.includes(scope))) return unscoped;
    const audience = Object.hasOwn(claims, claim) ? claims[claim] : undefined;
    if (audience === undefined || audience === null) return required ? absent : undefined;
    const isFor = audience === config.client_id || (Array.isArray(audience) && audience.includes(config.client_id));
    return matches && !isFor ? mismatched : undefined;
  };
}

/** What is wrong with claims by the configured schema. */
export function schemaCheck({ claim_schema: schema }: Config): ((claims: object) => string | undefined) | undefined {
  if (schema === undefined) return undefined;
  const compiled = compileJsonSchema(schema);
  // Defaults of the schema must not become what a provider has said.
  return (claims) => compiled.check(compiled.fillsDefaults ? structuredClone(claims) : claims);
}

function scopesOf({ scope }: Claims): readonly unknown[] {
  if (Array.isArray(scope)) return scope;
  return typeof scope === 'string' ? scope.split(' ') : [];
}

function forbidden(error: string): Reply {
  return reply(403, JSON.stringify({ error }));
}
