import type { RequestContext } from './context.ts';
import type { Kit } from './kit.ts';
import type { MaybeReply } from './reply.ts';

/** An address that a plugin serves itself. It is reached only where a route lets it (through `kit.endpoints`). */
export interface Endpoint {
  readonly methods: readonly string[];
  /** Exact, with `:name` for a segment: `/apisix/plugin/wolf-rbac/login`, `/cache/:route/:key`. */
  readonly path: string;
  handle(ctx: RequestContext, params: Readonly<Record<string, string>>): MaybeReply;
}

/** Makes the endpoints of a plugin; again when its metadata changes. */
export type EndpointSetup = (kit: Kit) => readonly Endpoint[];

/** The endpoints of all plugins. */
export interface Endpoints {
  /** What serves this path, ready to be called; undefined where no plugin serves it by this method. */
  find(method: string, path: string): ((ctx: RequestContext) => MaybeReply) | undefined;
}
