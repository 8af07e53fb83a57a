/** Why a route did not take a request: the first of its conditions that the request does not meet. */
export type LostBy =
  'switched-off' | 'host' | 'path' | 'method' | 'remote-address' | 'vars' | 'function' | 'precedence';

/** A route that was in question, and lost. */
export interface LosingRoute {
  readonly id: string;
  readonly name: string | null;
  readonly lost_by: LostBy;
  /** In words, with what was expected and what was there. */
  readonly detail: string;
}

/** What a plugin did in a phase. */
export interface PluginStep {
  readonly plugin: string;
  /** The chain that it ran in: of the global rules, of the route, or of the route with its consumer. */
  readonly scope: 'global' | 'route' | 'consumer';
  readonly phase: string;
  readonly decision: 'passed' | 'answered' | 'filtered' | 'transforms' | 'failed';
  /** Of its answer. */
  readonly status: number | null;
  /** Milliseconds, what it waited for included. */
  readonly ms: number;
}

/** A request to a node of an upstream. */
export interface UpstreamTry {
  readonly node: string | null;
  readonly status: number;
  /** Code and detail of what went wrong; null for an answer. */
  readonly error: string | null;
  /** Milliseconds since the first try began. */
  readonly ms: number;
}

/** Where a request went, or would have gone. */
export interface ExplainedUpstream {
  /** `roundrobin`, `chash`, `least_conn`, `ewma`. */
  readonly algorithm: string;
  readonly nodes: readonly { readonly name: string; readonly weight: number; readonly priority: number }[];
  /** The node that answered, was tried last, or would have been asked. */
  readonly picked: string | null;
  readonly why: string;
  readonly tries: readonly UpstreamTry[];
  /** Method, path with query, and Host as the upstream sees them. */
  readonly request: { readonly method: string; readonly target: string; readonly host: string | null };
}

/** What became of a request, and why. */
export interface Explanation {
  readonly request: {
    readonly id: string | null;
    readonly method: string;
    readonly url: string;
    readonly host: string;
    readonly client_ip: string;
    /** Values that look like secrets are `***`. */
    readonly headers: readonly (readonly [name: string, value: string])[];
  };
  /** Whether it was really sent. */
  readonly is_sent: boolean;
  readonly route: {
    readonly id: string;
    readonly name: string | null;
    /** The path and host patterns that matched. */
    readonly uri: string;
    readonly host: string | null;
    readonly priority: number;
    /** Revision that last changed the route. */
    readonly revision: number;
    readonly service_id: string | null;
  } | null;
  readonly losers: readonly LosingRoute[];
  /** Routes that lost, those that are not listed included. */
  readonly loser_count: number;
  readonly consumer: {
    readonly username: string;
    readonly group_id: string | null;
    readonly credential_id: string | null;
  } | null;
  readonly plugins: readonly PluginStep[];
  readonly upstream: ExplainedUpstream | null;
  readonly answer: {
    readonly status: number;
    /** `gateway`, `upstream`, or `proxy-error`; null where it never became a request. */
    readonly origin: string | null;
    readonly headers: readonly (readonly [name: string, value: string])[];
    /** The beginning of the body; null where it is no text. */
    readonly body: string | null;
    readonly body_bytes: number;
  };
  /** Milliseconds; -1 where there was none. */
  readonly times: { readonly total_ms: number; readonly upstream_ms: number; readonly upstream_header_ms: number };
}
