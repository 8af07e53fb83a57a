import Type, { type TSchema } from 'typebox';
import type { RuleHooks } from '../define/kind.ts';
import { isJsonObject } from '../json/json-value.ts';
import { check } from '../validate/check.ts';
import { isIpv6 } from '../validate/formats.ts';
import { pairProblem } from './ssl-rules.ts';

const HeaderName = Type.String({ pattern: '^[a-zA-Z0-9-_]+$' });

/** What a hash key may be depends on where it is taken from; a consumer needs none. */
const hashKeys: Readonly<Record<string, TSchema | undefined>> = {
  vars: Type.String({
    pattern:
      '^((uri|server_name|server_addr|request_uri|remote_port|remote_addr|query_string|host|hostname|mqtt_client_id)|arg_[0-9a-zA-z_-]+)$',
  }),
  header: HeaderName,
  cookie: HeaderName,
  vars_combinations: Type.String(),
};

/**
 * What the schema of an upstream cannot say: brackets around IPv6 addresses, ports inside `host:port`, the host to
 * rewrite to, the key of consistent hashing, and that a private key belongs to its certificate. Expects a value that the schema accepted; answers the whole message.
 */
export function upstreamRule(upstream: unknown, hooks: RuleHooks = {}): string | undefined {
  if (!isJsonObject(upstream)) return undefined;
  return (
    nodesProblem(upstream['nodes']) ??
    hostProblem(upstream) ??
    hashProblem(upstream) ??
    pairProblem(fieldOf(upstream['tls'], 'client_cert'), fieldOf(upstream['tls'], 'client_key'), hooks)
  );
}

function nodesProblem(nodes: unknown): string | undefined {
  if (Array.isArray(nodes)) return firstProblem(nodes, (node: unknown) => addressProblem(fieldOf(node, 'host')));
  return isJsonObject(nodes) ? firstProblem(Object.keys(nodes), endpointProblem) : undefined;
}

function firstProblem<T>(items: readonly T[], problemOf: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const problem = problemOf(item);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** The short form `host:port`; the port begins after the last colon, unless that one is inside brackets. */
function endpointProblem(endpoint: string): string | undefined {
  const [, host = endpoint, port] = /^(.*):(\d+)$/.exec(endpoint) ?? [];
  const problem = addressProblem(endpoint) ?? addressProblem(host);
  if (problem !== undefined || port === undefined) return problem;
  const number = Number(port);
  return number >= 1 && number <= 65535 ? undefined : `invalid port ${number}`;
}

function addressProblem(host: unknown): string | undefined {
  if (typeof host !== 'string' || !isIpv6(host)) return undefined;
  return "invalid configuration: IPv6 address must be enclosed with '[' and ']'";
}

function hostProblem(upstream: Record<string, unknown>): string | undefined {
  if (upstream['pass_host'] !== 'rewrite' || upstream['upstream_host']) return undefined;
  return "`upstream_host` can't be empty when `pass_host` is `rewrite`";
}

function hashProblem(upstream: Record<string, unknown>): string | undefined {
  const { type, key, hash_on: hashOn = 'vars' } = upstream;
  const keySchema = hashKeys[String(hashOn)];
  if (type !== 'chash' || !keySchema) return undefined;
  if (key === undefined) return 'missing key';
  const issue = check(keySchema, key);
  return issue && `invalid configuration: ${issue.message}`;
}

function fieldOf(value: unknown, field: string): unknown {
  return isJsonObject(value) ? value[field] : undefined;
}
