/** The answers of `/api/v1`, in the names that travel. Fields that nothing in the dashboard reads are left out. */

/** A JSON object whose fields the dashboard does not know. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** A JSON Schema with annotations, as the control plane sends it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

export type Role = 'owner' | 'admin' | 'editor' | 'viewer';

/** A role in one gateway group, or (null) in all of them and outside of any. */
export interface Grant {
  readonly group: string | null;
  readonly role: Role;
}

export interface Session {
  readonly user: {
    readonly username: string;
    /** The role that holds everywhere. */
    readonly role: Role | null;
    readonly display_name?: string | null;
  };
  readonly grants?: readonly Grant[];
  readonly method?: 'password' | 'oidc';
  /** A temporary password: nothing else is answered before it is changed. */
  readonly must_change_password?: boolean;
  readonly csrf_token: string;
}

/** How one may sign in: by password all or owners only, and by an identity provider where there is one. */
export interface SignInWays {
  readonly password: 'everyone' | 'owners';
  readonly oidc: { readonly name: string; readonly url: string } | null;
}

export interface Group {
  readonly name: string;
  readonly description?: string | null;
  readonly etcd_prefix?: string;
  readonly revision: number;
  readonly resource_count: number;
  readonly created_at?: string;
}

/** A kind of resource. Kinds come with the answer, so that a dashboard shows also those that it was not built with. */
export interface Kind {
  readonly name: string;
  readonly plural: string;
  readonly label: string;
  readonly title: string;
  readonly description?: string;
  readonly id_field: string;
  readonly methods: readonly string[];
  /** Field (dotted where nested) → name of the kind that it points to. */
  readonly references: Readonly<Record<string, string>>;
  readonly plugin_door: 'config' | 'consumer' | 'stream' | null;
  /** The only type of plugin that it may have; the older control plane does not tell. */
  readonly plugin_type?: string | null;
  /** What its resources live in: their ids are `<id of the parent>/<own id>`. */
  readonly parent?: { readonly kind: string; readonly field: string | null } | null;
  /** Why its resources are stored and do nothing. */
  readonly not_served?: string | null;
  /** The resource in which a new one is created; set by the page that knows, never by the control plane. */
  readonly within?: string;
  readonly schema: JsonSchema;
  /** Dotted patterns of secret fields; a control plane of the version before does not tell them. */
  readonly secrets?: readonly string[];
}

export interface Plugin {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly category: string;
  readonly priority: number;
  readonly version: string;
  readonly type?: string;
  /** What it runs on; the older control plane does not tell. */
  readonly subsystems?: readonly string[];
  readonly schema: JsonSchema;
  readonly consumer_schema?: JsonSchema;
  /** What all of its configurations share; left out where that is nothing. */
  readonly metadata_schema?: JsonSchema;
  readonly secrets: {
    readonly config: readonly string[];
    readonly consumer: readonly string[];
    readonly metadata?: readonly string[];
  };
}

export interface Catalogue {
  readonly kinds: readonly Kind[];
  readonly plugins: readonly Plugin[];
}

export interface Resource {
  readonly kind: string;
  readonly id: string;
  readonly value: JsonRecord;
  readonly created_revision: number;
  readonly modified_revision: number;
  readonly expires_at?: string;
  /** What people should know of it, such as that it is stored and not served. */
  readonly warnings?: readonly string[];
}

export interface Page<T> {
  readonly list: readonly T[];
  readonly total: number;
  readonly page: number;
  readonly page_size: number;
}

export interface Written {
  readonly resource: Resource;
  /** Null where the write changed nothing. */
  readonly revision: number | null;
  readonly warnings: readonly string[];
}

export interface Rates {
  readonly requests_per_second: number;
  readonly errors_per_second: number;
  readonly latency_p50_ms: number;
  readonly latency_p99_ms: number;
}

/** Why a resource is not served; without kind and id where the whole of a revision was refused. */
export interface ResourceError {
  readonly kind: string;
  readonly id: string;
  readonly message: string;
  readonly field?: string;
}

export interface Nack {
  readonly revision: number;
  readonly at: string;
  readonly errors: readonly ResourceError[];
}

/** What data planes refuse to serve, and the revision that brought it in. */
export interface Blocked {
  readonly revision: number;
  readonly errors: readonly ResourceError[];
  readonly instances: readonly string[];
}

/** A node that a data plane sends nothing to. */
export interface UnhealthyTarget {
  /** The resource that has it, such as `upstream 1`. */
  readonly upstream: string;
  readonly address: string;
  readonly reason: string;
}

export interface Instance {
  readonly id: string;
  readonly hostname: string;
  readonly version: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly status: 'healthy' | 'degraded' | 'offline';
  /** What it says of itself: starting, ready, degraded, draining. */
  readonly state: string;
  readonly reason: string;
  readonly connected_at: string;
  readonly last_seen: string;
  readonly applied_revision: number;
  readonly lag: number;
  readonly digest_ok: boolean;
  readonly workers: number;
  readonly uptime_s: number;
  readonly rates: Rates;
  readonly last_nack?: Nack;
  readonly listeners: readonly { address: string; port: number; protocol: string }[];
  /** Nodes that health checks found down here; the first few of them. */
  readonly unhealthy_targets: readonly UnhealthyTarget[];
}

/** Something that a data plane was told to do. */
export interface InstanceCommand {
  readonly id: string;
  readonly name: string;
  readonly requested_by: string;
  readonly requested_at: string;
  readonly state: 'waiting' | 'sent' | 'done' | 'failed';
  readonly error: string | null;
}

export interface InstanceDetail extends Instance {
  readonly commands: readonly InstanceCommand[];
}

interface InstanceEventHeader {
  readonly seq: number;
  readonly at: string;
  readonly revision: number | null;
}

/** Something that happened to a data plane. */
export type InstanceEvent = InstanceEventHeader &
  (
    | { readonly type: 'ack'; readonly detail: object }
    | { readonly type: 'nack'; readonly detail: { readonly errors: readonly ResourceError[] } }
    | { readonly type: 'connected'; readonly detail: { readonly version: string } }
    | { readonly type: 'status'; readonly detail: { readonly status: Instance['status']; readonly reason: string } }
  );

export interface InstanceEventPage {
  readonly list: readonly InstanceEvent[];
  readonly next: number | null;
}

export interface JoinToken {
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly created_by: string;
  readonly created_at: string;
  readonly expires_at: string | null;
  readonly revoked_at: string | null;
  readonly instances: number;
}

/** The only answer that has the token itself. */
export interface NewJoinToken {
  readonly id: string;
  readonly token: string;
  readonly expires_at: string | null;
}

export interface TrafficPoint extends RateSample {
  readonly latency_p50_ms: number;
  readonly bytes_in_per_second: number;
  readonly bytes_out_per_second: number;
}

export interface TrafficSeries {
  readonly step: number;
  readonly points: readonly TrafficPoint[];
}

export interface RateSample {
  readonly time: string;
  readonly requests_per_second: number;
  readonly errors_per_second: number;
  readonly latency_p99_ms: number;
}

export interface Overview {
  readonly revision: number;
  readonly digest?: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly instances: Readonly<Record<'total' | 'healthy' | 'degraded' | 'offline' | 'behind', number>>;
  readonly rates: Rates;
  readonly blocked: Blocked | null;
  readonly history: readonly RateSample[];
}
