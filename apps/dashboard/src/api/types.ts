/** The answers of `/api/v1`, in the names that travel. Fields that nothing in the dashboard reads are left out. */

/** A JSON object whose fields the dashboard does not know. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** A JSON Schema with annotations, as the control plane sends it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

export type Role = 'owner' | 'admin' | 'editor' | 'viewer';

export interface Session {
  readonly user: { readonly username: string; readonly role: Role };
  readonly csrf_token: string;
}

export interface Group {
  readonly name: string;
  readonly revision: number;
  readonly resource_count: number;
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
  readonly plugin_door: 'config' | 'consumer' | null;
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
  readonly schema: JsonSchema;
  readonly consumer_schema?: JsonSchema;
  readonly secrets: { readonly config: readonly string[]; readonly consumer: readonly string[] };
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

export type ChangeAction = 'create' | 'update' | 'delete';

export interface ChangedResource {
  readonly kind: string;
  readonly id: string;
  readonly action: ChangeAction;
}

/** A change with both states; null where the resource did not or does not exist. */
export interface Change extends ChangedResource {
  readonly before: JsonRecord | null;
  readonly after: JsonRecord | null;
}

export interface RevisionHeader {
  readonly number: number;
  readonly author: string;
  readonly author_type: 'user' | 'admin_key' | 'system';
  readonly source: string;
  readonly message: string | null;
  readonly created_at: string;
  /** Digests and chain are for administrators: they prove what secrets are. */
  readonly digest?: string;
  readonly change_count: number;
  /** The first five. */
  readonly changes: readonly ChangedResource[];
  readonly restores?: number | null;
}

export interface RevisionPage {
  readonly list: readonly RevisionHeader[];
  readonly head: number;
  readonly next: number | null;
}

export interface Revision extends Omit<RevisionHeader, 'changes'> {
  readonly chain?: string;
  readonly previous_digest?: string;
  readonly changes: readonly Change[];
  readonly truncated?: boolean;
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
  readonly last_nack?: Nack | null;
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
