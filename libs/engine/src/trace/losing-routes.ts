import { addressSet, compileExpression } from '@sluice/expr';
import type { LosingRoute, LostBy } from '@sluice/schema';
import type { Exchange } from '../http/exchange.ts';
import type { RouteRule } from '../router/candidate.ts';
import { hostPattern } from '../router/host-pattern.ts';
import { methodMask } from '../router/method-mask.ts';
import { pathPattern, type RouterMode } from '../router/path-pattern.ts';
import type { PlacedRoute } from '../snapshot/placed-route.ts';
import { maskedVariable } from './masking.ts';

const listedMax = 50;
/** So many routes are looked at before requests get their turn. */
const sliceSize = 2_000;

/** Routes that lost, the nearest first. */
export interface Losers {
  readonly listed: readonly LosingRoute[];
  readonly count: number;
}

interface Failure {
  readonly lostBy: LostBy;
  readonly detail: string;
}

/** Why every other route did not take the request. Listed are those of the same path, or of the same host and a like path. */
export async function losingRoutes(exchange: Exchange): Promise<Losers> {
  const near: LosingRoute[] = [];
  const others: LosingRoute[] = [];
  const { mode } = exchange.generation.router;
  const winner = exchange.candidate?.rule.id;
  let count = 0;
  for (const placed of exchange.generation.placedRoutes()) {
    if (placed.resource.id === winner) continue;
    count += 1;
    if (count % sliceSize === 0) await new Promise((resolve) => setImmediate(resolve));
    const failure = failureOf(placed, exchange, mode);
    const isNear = failure.lostBy !== 'host' && failure.lostBy !== 'path';
    const list = isNear ? near : others;
    if (list.length >= listedMax) continue;
    const { id } = placed.resource;
    list.push({ id, name: placed.resource.text('name') ?? null, lost_by: failure.lostBy, detail: failure.detail });
  }
  return { listed: [...near, ...others].slice(0, listedMax), count };
}

/** The path is asked first: of many routes, nearly all differ in it. */
function failureOf(rule: PlacedRoute, exchange: Exchange, mode: RouterMode): Failure {
  if (!rule.isReachable) return { lostBy: 'switched-off', detail: 'the route is switched off (status 0)' };
  if (!rule.uris.some((uri) => isPathOf(uri, exchange.matchPath, mode)))
    return { lostBy: 'path', detail: `${rule.uris.join(', ')} is not ${exchange.matchPath}` };
  if (rule.hosts.length > 0 && !rule.hosts.some((host) => hostPattern(host).test(exchange.host, exchange.hostHeader)))
    return { lostBy: 'host', detail: `${rule.hosts.join(', ')} is not ${exchange.host}` };
  if (rule.methods !== undefined && (methodMask(rule.methods) & exchange.methodBit) === 0)
    return {
      lostBy: 'method',
      detail: `${rule.methods.join(', ')} do not include ${exchange.request.original.method}`,
    };
  if (rule.remoteAddrs !== undefined && !addressSet(rule.remoteAddrs)(exchange.peer.ip))
    return { lostBy: 'remote-address', detail: `${rule.remoteAddrs.join(', ')} do not include ${exchange.peer.ip}` };
  return conditionFailure(rule, exchange) ?? precedence(rule, exchange);
}

function isPathOf(uri: string, path: string, mode: RouterMode): boolean {
  const { key, slot, test } = pathPattern(uri, mode);
  const isPlaced = slot === 'exact' ? path === key : path.startsWith(key);
  return isPlaced && (test === null || test(path));
}

function conditionFailure({ vars, filter }: RouteRule<unknown>, exchange: Exchange): Failure | undefined {
  if (vars !== undefined && !holds(vars, exchange)) return { lostBy: 'vars', detail: failedExpression(vars, exchange) };
  if (filter === undefined) return undefined;
  try {
    return filter.test(exchange) ? undefined : { lostBy: 'function', detail: 'its function said no' };
  } catch {
    // Why it failed stands in the error log; the route does not match either way.
    return { lostBy: 'function', detail: 'its function failed' };
  }
}

function holds(expression: readonly unknown[], exchange: Exchange): boolean {
  try {
    return compileExpression(expression).test(exchange);
  } catch {
    // An expression that cannot be compiled never holds; the error log has said so when the route came in.
    return false;
  }
}

/** The first part of the expression that does not hold, and what the variable really is. */
function failedExpression(vars: readonly unknown[], exchange: Exchange): string {
  const parts = vars.filter((part) => Array.isArray(part)) as unknown[][];
  const isPlain = parts.length === vars.length;
  const failed = isPlain ? parts.find((part) => !holds([part], exchange)) : undefined;
  const [name] = failed ?? [];
  if (failed === undefined || typeof name !== 'string') return `${JSON.stringify(vars)} does not hold`;
  return `${JSON.stringify(failed)} does not hold: ${name} is ${maskedVariable(name, exchange.variable(name))}`;
}

/** It would have taken the request, had not another been asked first. */
function precedence(rule: RouteRule<unknown>, { candidate }: Exchange): Failure {
  const lost = (detail: string): Failure => ({ lostBy: 'precedence', detail });
  if (candidate === null) return lost('it takes the request; a plugin or a change of the configuration came between');
  const winner = candidate.rule;
  if (winner.hosts.length > 0 && rule.hosts.length === 0)
    return lost('the winner names the host, and this route does not');
  if (candidate.path.slot === 'exact' && !rule.uris.includes(candidate.path.key))
    return lost('the winner names the exact path');
  const length = Math.max(...rule.uris.map((uri) => uri.length));
  if (candidate.source.length > length) return lost('the winner names more of the path');
  if (winner.priority !== rule.priority) return lost(`priority ${rule.priority} against ${winner.priority}`);
  return lost('the winner is more specific in its host or path, or older');
}
