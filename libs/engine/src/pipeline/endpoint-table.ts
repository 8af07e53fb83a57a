import type { Endpoint, Endpoints, MaybeReply, RequestContext } from '@sluice/plugin-kit';

interface Pattern {
  readonly segments: readonly string[];
  readonly endpoint: Endpoint;
}

/** The addresses that plugins serve themselves, exact ones first. */
export class EndpointTable implements Endpoints {
  readonly #exact = new Map<string, Endpoint[]>();
  readonly #patterns: Pattern[] = [];

  constructor(endpoints: Iterable<Endpoint>) {
    for (const endpoint of endpoints) {
      if (endpoint.path.includes('/:')) this.#patterns.push({ segments: endpoint.path.split('/'), endpoint });
      else this.#exact.set(endpoint.path, [...(this.#exact.get(endpoint.path) ?? []), endpoint]);
    }
  }

  find(method: string, path: string): ((ctx: RequestContext) => MaybeReply) | undefined {
    const exact = this.#exact.get(path)?.find(({ methods }) => methods.includes(method));
    if (exact) return (ctx) => exact.handle(ctx, {});
    for (const { segments, endpoint } of this.#patterns) {
      const params = endpoint.methods.includes(method) ? paramsOf(segments, path) : null;
      if (params !== null) return (ctx) => endpoint.handle(ctx, params);
    }
    return undefined;
  }
}

function paramsOf(segments: readonly string[], path: string): Record<string, string> | null {
  const given = path.split('/');
  if (given.length !== segments.length) return null;
  const params: Record<string, string> = {};
  for (const [i, segment] of segments.entries()) {
    const value = given[i] ?? '';
    if (segment.startsWith(':') && value !== '') params[segment.slice(1)] = value;
    else if (segment !== value) return null;
  }
  return params;
}
