import type { RuleHooks } from '../define/kind.ts';
import { isJsonObject } from '../json/json-value.ts';
import { upstreamRule } from './upstream-rules.ts';

/** Asked before the schema, whose own message about a field and its plural would be less clear. */
export function routePreRule(route: unknown): string | undefined {
  return eitherProblem(route, 'host', 'hosts') ?? eitherProblem(route, 'remote_addr', 'remote_addrs');
}

/** The rules of the route's own upstream, and its condition where the caller can compile one. */
export function routeRule(route: unknown, { checkVars }: RuleHooks = {}): string | undefined {
  if (!isJsonObject(route)) return undefined;
  const problem = upstreamRule(route['upstream']);
  if (problem !== undefined || route['vars'] === undefined) return problem;
  const expression = checkVars?.(route['vars']);
  return expression === undefined ? undefined : `failed to validate the 'vars' expression: ${expression}`;
}

/** The rules of the service's own upstream. */
export function serviceRule(service: unknown): string | undefined {
  return isJsonObject(service) ? upstreamRule(service['upstream']) : undefined;
}

function eitherProblem(route: unknown, one: string, many: string): string | undefined {
  if (!isJsonObject(route) || route[one] === undefined || route[many] === undefined) return undefined;
  return `only one of ${one} or ${many} is allowed`;
}
