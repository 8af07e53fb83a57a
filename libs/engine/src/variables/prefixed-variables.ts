import type { Exchange } from '../http/exchange.ts';
import { firstArgument } from '../http/request-values.ts';

/** Computes a variable from what follows the prefix of its name. */
type Family = (exchange: Exchange, rest: string) => string | undefined;

const families: readonly (readonly [prefix: string, family: Family])[] = [
  ['arg_', ({ request }, rest) => firstArgument(request.original.query, rest)],
  ['http_', ({ request }, rest) => joined(request.headers.getAll(fieldName(rest)))],
  ['cookie_', ({ request }, rest) => request.cookie(rest)],
  ['uri_param_', ({ route }, rest) => route?.params[rest]],
  ['sent_http_', ({ response }, rest) => joined(response.headers.getAll(fieldName(rest)))],
  [
    'upstream_http_',
    ({ call, response }, rest) => (call ? joined(response.headers.getAll(fieldName(rest))) : undefined),
  ],
];

/** A variable of a family, such as `arg_name`. */
export function prefixedVariable(exchange: Exchange, name: string): string | undefined {
  for (const [prefix, family] of families)
    if (name.startsWith(prefix)) return family(exchange, name.slice(prefix.length));
  return undefined;
}

function fieldName(rest: string): string {
  return rest.replaceAll('_', '-').toLowerCase();
}

function joined(lines: readonly string[]): string | undefined {
  return lines.length === 0 ? undefined : lines.join(', ');
}
