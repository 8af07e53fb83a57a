import type { RuleHooks } from '../define/kind.ts';
import { isJsonObject } from '../json/json-value.ts';
import { upstreamRule } from './upstream-rules.ts';

/** Asked before the schema, whose own message about a field and its plural would be less clear. */
export function routePreRule(route: unknown): string | undefined {
  return eitherProblem(route, 'host', 'hosts') ?? eitherProblem(route, 'remote_addr', 'remote_addrs');
}

/** The rules of the route's own upstream, and its condition and function where the caller can compile them. */
export function routeRule(route: unknown, hooks: RuleHooks = {}): string | undefined {
  if (!isJsonObject(route)) return undefined;
  const { checkVars, checkFunction } = hooks;
  return (
    upstreamRule(route['upstream'], hooks) ??
    failed('vars', 'expression', route['vars'] === undefined ? undefined : checkVars?.(route['vars'])) ??
    failed('filter_func', 'function', filterProblem(route['filter_func'], checkFunction))
  );
}

function failed(field: string, what: string, problem: string | undefined): string | undefined {
  return problem === undefined ? undefined : `failed to validate the '${field}' ${what}: ${problem}`;
}

function filterProblem(source: unknown, checkFunction: RuleHooks['checkFunction']): string | undefined {
  return typeof source === 'string' ? checkFunction?.(source) : undefined;
}

/** The rules of the service's own upstream. */
export function serviceRule(service: unknown, hooks: RuleHooks = {}): string | undefined {
  return isJsonObject(service) ? upstreamRule(service['upstream'], hooks) : undefined;
}

function eitherProblem(route: unknown, one: string, many: string): string | undefined {
  if (!isJsonObject(route) || route[one] === undefined || route[many] === undefined) return undefined;
  return `only one of ${one} or ${many} is allowed`;
}
