/* oxlint-disable max-lines */
// Written by `npm run generate` from the decorators of the control plane. Whoever edits this loses what was edited.

/** AuditEntry, as the control plane answers it. */
export type AuditEntry = { readonly seq: number; readonly at: string; readonly actor: string; readonly actor_type: "user" | "admin_key" | "system"; readonly action: string; readonly group: string | null; readonly kind: string | null; readonly id: string | null; readonly revision: number | null; readonly source_ip: string | null; readonly request_id: string | null; readonly detail: Readonly<Record<string, unknown>>; readonly failed: boolean };

/** AuditPage, as the control plane answers it. */
export type AuditPage = { readonly list: readonly AuditEntry[]; readonly next: string | null };

/** BlamedField, as the control plane answers it. */
export type BlamedField = { readonly path: string; readonly value: unknown; readonly secret?: boolean; readonly revision: number; readonly author: string | null; readonly author_type: string | null; readonly created_at: string | null; readonly message: string | null; readonly older?: boolean };

/** Blocked, as the control plane answers it. */
export type Blocked = { readonly revision: number; readonly errors: readonly ResourceError[]; readonly instances: readonly string[] };

/** Catalogue, as the control plane answers it. */
export type Catalogue = { readonly kinds: readonly Kind[]; readonly plugins: readonly Plugin[] };

/** Change, as the control plane answers it. */
export type Change = { readonly kind: string; readonly id: string; readonly action: "create" | "update" | "delete"; readonly before: Readonly<Record<string, unknown>> | null; readonly after: Readonly<Record<string, unknown>> | null; readonly operations: readonly Operation[]; readonly operations_truncated?: boolean };

/** ChangeList, as the control plane answers it. */
export type ChangeList = { readonly revision: number | null; readonly dry_run: boolean; readonly head: number; readonly summary: { readonly create: number; readonly update: number; readonly delete: number; readonly unchanged: number }; readonly changes: readonly { readonly kind: string; readonly id: string; readonly action: "create" | "update" | "delete"; readonly before?: Readonly<Record<string, unknown>> | null; readonly after?: Readonly<Record<string, unknown>> | null; readonly operations?: readonly { readonly op: "added" | "removed" | "changed"; readonly path: string; readonly before?: unknown; readonly after?: unknown; readonly secret?: boolean }[] }[]; readonly truncated: boolean; readonly warnings: readonly string[]; readonly report: readonly { readonly level: "dropped" | "changed" | "note"; readonly path: string; readonly message: string }[]; readonly draft?: Draft };

/** Draft, as the control plane answers it. */
export type Draft = { readonly id: number; readonly group: string; readonly state: "open" | "in_review" | "approved" | "rejected" | "published" | "discarded"; readonly message: string; readonly base_revision: number; readonly head: number; readonly version: number; readonly author: string; readonly author_type: "user" | "admin_key" | "system"; readonly authors: readonly string[]; readonly created_at: string; readonly updated_at: string; readonly edit_count: number; readonly requested_by?: string; readonly requested_at?: string; readonly review?: { readonly by: string; readonly at: string; readonly verdict: "approved" | "rejected"; readonly comment: string | null }; readonly published_revision?: number | null; readonly published_by?: string; readonly published_at?: string; readonly approval_required: boolean; readonly approvers: "editor" | "admin" | "owner"; readonly may: { readonly edit: boolean; readonly submit: boolean; readonly approve: boolean; readonly reject: boolean; readonly withdraw: boolean; readonly publish: boolean; readonly discard: boolean } };

/** DraftConflict, as the control plane answers it. */
export type DraftConflict = { readonly kind: string; readonly id: string; readonly reason: "both_changed" | "both_created" | "deleted_there" | "deleted_here"; readonly mergeable: boolean; readonly changed_in: { readonly revision: number; readonly author: string | null; readonly created_at: string | null } | null; readonly base: Readonly<Record<string, unknown>> | null; readonly theirs: Readonly<Record<string, unknown>> | null; readonly mine: Readonly<Record<string, unknown>> | null; readonly merged: Readonly<Record<string, unknown>> | null; readonly fields: readonly { readonly path: string; readonly base?: unknown; readonly theirs?: unknown; readonly mine?: unknown; readonly secret?: boolean }[] };

/** DraftDetail, as the control plane answers it. */
export type DraftDetail = { readonly id: number; readonly group: string; readonly state: "open" | "in_review" | "approved" | "rejected" | "published" | "discarded"; readonly message: string; readonly base_revision: number; readonly head: number; readonly version: number; readonly author: string; readonly author_type: "user" | "admin_key" | "system"; readonly authors: readonly string[]; readonly created_at: string; readonly updated_at: string; readonly edit_count: number; readonly requested_by?: string; readonly requested_at?: string; readonly review?: { readonly by: string; readonly at: string; readonly verdict: "approved" | "rejected"; readonly comment: string | null }; readonly published_revision?: number | null; readonly published_by?: string; readonly published_at?: string; readonly approval_required: boolean; readonly approvers: "editor" | "admin" | "owner"; readonly may: { readonly edit: boolean; readonly submit: boolean; readonly approve: boolean; readonly reject: boolean; readonly withdraw: boolean; readonly publish: boolean; readonly discard: boolean }; readonly edits: readonly DraftEdit[]; readonly truncated?: boolean; readonly events: readonly { readonly at: string; readonly actor: string; readonly action: string; readonly comment?: string; readonly kind?: string; readonly id?: string }[] };

/** DraftEdit, as the control plane answers it. */
export type DraftEdit = { readonly op: "put" | "delete"; readonly kind: string; readonly id: string; readonly value: Readonly<Record<string, unknown>> | null; readonly base_revision: number; readonly author: string; readonly updated_at: string; readonly action: "create" | "update" | "delete" };

/** Effect, as the control plane answers it. */
export type Effect = { readonly changes: readonly Change[]; readonly counts: { readonly create: number; readonly update: number; readonly delete: number }; readonly truncated?: boolean; readonly referrers: readonly { readonly kind: string; readonly id: string; readonly refers_to: { readonly kind: string; readonly id: string } }[]; readonly referrers_total: number; readonly missing_plugins: readonly { readonly plugin: string; readonly instances: readonly { readonly id: string; readonly version: string }[] }[]; readonly warnings: readonly string[] };

/** ErrorAnswer, as the control plane answers it. */
export type ErrorAnswer = { readonly error: { readonly code: string; readonly message: string; readonly field?: string; readonly issues?: readonly { readonly path: string; readonly message: string }[]; readonly request_id: string } };

/** Explanation, as the control plane answers it. */
export type Explanation = { readonly instance: string; readonly revision: number; readonly request: { readonly id: string | null; readonly method: string; readonly url: string; readonly host: string; readonly client_ip: string; readonly headers: readonly (readonly string[])[] }; readonly is_sent: boolean; readonly route: { readonly id: string; readonly name: string | null; readonly uri: string; readonly host: string | null; readonly priority: number; readonly revision: number; readonly service_id: string | null } | null; readonly losers: readonly { readonly id: string; readonly name: string | null; readonly lost_by: string; readonly detail: string }[]; readonly loser_count: number; readonly consumer: { readonly username: string; readonly group_id: string | null; readonly credential_id: string | null } | null; readonly plugins: readonly { readonly plugin: string; readonly scope: "global" | "route" | "consumer"; readonly phase: string; readonly decision: "passed" | "answered" | "filtered" | "transforms" | "failed"; readonly status: number | null; readonly ms: number }[]; readonly upstream: { readonly algorithm: string; readonly nodes: readonly { readonly name: string; readonly weight: number; readonly priority: number }[]; readonly picked: string | null; readonly why: string; readonly tries: readonly { readonly node: string | null; readonly status: number; readonly error: string | null; readonly ms: number }[]; readonly request: { readonly method: string; readonly target: string; readonly host: string | null } } | null; readonly answer: { readonly status: number; readonly origin: string | null; readonly headers: readonly (readonly string[])[]; readonly body: string | null; readonly body_bytes: number }; readonly times: { readonly total_ms: number; readonly upstream_ms: number; readonly upstream_header_ms: number } };

/** Group, as the control plane answers it. */
export type Group = { readonly name: string; readonly description: string; readonly etcd_prefix: string; readonly revision: number; readonly resource_count: number; readonly created_at: string; readonly digest?: string };

/** GroupDetail, as the control plane answers it. */
export type GroupDetail = { readonly name: string; readonly description: string; readonly etcd_prefix: string; readonly revision: number; readonly resource_count: number; readonly created_at: string; readonly digest?: string; readonly instances: { readonly total: number; readonly connected: number } };

/** GroupSettings, as the control plane answers it. */
export type GroupSettings = { readonly approval: { readonly required: boolean; readonly approvers: "editor" | "admin" | "owner" }; readonly retention: { readonly keep_revisions: number | null; readonly keep_days: number | null }; readonly archive: { readonly through: number; readonly files: number } };

/** HistoryEntry, as the control plane answers it. */
export type HistoryEntry = { readonly revision: number; readonly author: string; readonly author_type: "user" | "admin_key" | "system"; readonly source: string; readonly message: string; readonly created_at: string; readonly action: "create" | "update" | "delete"; readonly operations: readonly Operation[]; readonly operations_truncated?: boolean };

/** Instance, as the control plane answers it. */
export type Instance = { readonly id: string; readonly hostname: string; readonly version: string; readonly labels: Readonly<Record<string, string>>; readonly status: "healthy" | "degraded" | "offline"; readonly state: string; readonly reason: string; readonly connected_at: string; readonly last_seen: string; readonly applied_revision: number; readonly lag: number; readonly digest_ok: boolean; readonly workers: number; readonly uptime_s: number; readonly rates: Rates; readonly listeners: readonly { readonly address: string; readonly port: number; readonly protocol: string }[]; readonly unhealthy_targets: readonly { readonly upstream: string; readonly address: string; readonly reason: string }[]; readonly last_nack?: { readonly revision: number; readonly at: string; readonly errors: readonly ResourceError[] } };

/** InstanceCommand, as the control plane answers it. */
export type InstanceCommand = { readonly id: string; readonly name: string; readonly requested_by: string; readonly requested_at: string; readonly state: "waiting" | "sent" | "done" | "failed"; readonly error: string | null };

/** InstanceDetail, as the control plane answers it. */
export type InstanceDetail = { readonly id: string; readonly hostname: string; readonly version: string; readonly labels: Readonly<Record<string, string>>; readonly status: "healthy" | "degraded" | "offline"; readonly state: string; readonly reason: string; readonly connected_at: string; readonly last_seen: string; readonly applied_revision: number; readonly lag: number; readonly digest_ok: boolean; readonly workers: number; readonly uptime_s: number; readonly rates: Rates; readonly listeners: readonly { readonly address: string; readonly port: number; readonly protocol: string }[]; readonly unhealthy_targets: readonly { readonly upstream: string; readonly address: string; readonly reason: string }[]; readonly last_nack?: { readonly revision: number; readonly at: string; readonly errors: readonly ResourceError[] }; readonly commands: readonly InstanceCommand[] };

/** InstanceEvent, as the control plane answers it. */
export type InstanceEvent = { readonly seq: number; readonly at: string; readonly type: "ack"; readonly revision: number | null; readonly detail: Readonly<Record<string, unknown>> } | { readonly seq: number; readonly at: string; readonly type: "nack"; readonly revision: number | null; readonly detail: { readonly errors: readonly ResourceError[] } } | { readonly seq: number; readonly at: string; readonly type: "connected"; readonly revision: number | null; readonly detail: { readonly version: string } } | { readonly seq: number; readonly at: string; readonly type: "status"; readonly revision: number | null; readonly detail: { readonly status: "healthy" | "degraded" | "offline"; readonly reason: string } };

/** JoinToken, as the control plane answers it. */
export type JoinToken = { readonly id: string; readonly name: string; readonly labels: Readonly<Record<string, string>>; readonly created_by: string; readonly created_at: string; readonly expires_at: string | null; readonly last_used_at: string | null; readonly revoked_at: string | null; readonly instances: number };

/** Kind, as the control plane answers it. */
export type Kind = { readonly name: string; readonly plural: string; readonly label: string; readonly title: string; readonly description: string; readonly id_field: string; readonly methods: readonly string[]; readonly references: Readonly<Record<string, string>>; readonly plugin_door: "config" | "consumer" | "stream" | null; readonly plugin_type: string | null; readonly id_segments: number; readonly parent: { readonly kind: string; readonly field: string | null } | null; readonly not_served: string | null; readonly schema: Readonly<Record<string, unknown>>; readonly secrets: readonly string[] };

/** MadeRevision, as the control plane answers it. */
export type MadeRevision = { readonly revision: number | null };

/** Member, as the control plane answers it. */
export type Member = { readonly username: string; readonly display_name: string | null; readonly role: "viewer" | "editor" | "admin" | "owner"; readonly through: "group" | "global"; readonly disabled: boolean; readonly roles_from_provider: boolean };

/** NewJoinToken, as the control plane answers it. */
export type NewJoinToken = { readonly id: string; readonly token: string; readonly key_sha256: string; readonly expires_at: string | null };

/** NewToken, as the control plane answers it. */
export type NewToken = { readonly token: Token; readonly secret: string };

/** NewUser, as the control plane answers it. */
export type NewUser = { readonly user: User; readonly password: string | null };

/** Operation, as the control plane answers it. */
export type Operation = { readonly op: "added" | "removed" | "changed"; readonly path: string; readonly before?: unknown; readonly after?: unknown; readonly secret?: boolean };

/** Overview, as the control plane answers it. */
export type Overview = { readonly revision: number; readonly digest?: string; readonly counts: Readonly<Record<string, number>>; readonly instances: { readonly total: number; readonly healthy: number; readonly degraded: number; readonly offline: number; readonly behind: number }; readonly rates: Rates; readonly blocked: Blocked | null; readonly history: readonly { readonly time: string; readonly requests_per_second: number; readonly errors_per_second: number; readonly latency_p99_ms: number }[]; readonly etcd?: Publication };

/** Plugin, as the control plane answers it. */
export type Plugin = { readonly name: string; readonly title: string; readonly description: string; readonly category: string; readonly priority: number; readonly version: string; readonly type?: string; readonly subsystems: readonly string[]; readonly schema: Readonly<Record<string, unknown>>; readonly consumer_schema?: Readonly<Record<string, unknown>>; readonly metadata_schema?: Readonly<Record<string, unknown>>; readonly secrets: { readonly config: readonly string[]; readonly consumer: readonly string[]; readonly metadata: readonly string[] } };

/** Publication, as the control plane answers it. */
export type Publication = { readonly connected: boolean; readonly reason: string | null; readonly head_revision: number; readonly epoch: number; readonly foreign_edits: number; readonly last_foreign_edit: { readonly at: string; readonly key: string } | null };

/** Rates, as the control plane answers it. */
export type Rates = { readonly requests_per_second: number; readonly errors_per_second: number; readonly latency_p50_ms: number; readonly latency_p99_ms: number };

/** Resource, as the control plane answers it. */
export type Resource = { readonly kind: string; readonly id: string; readonly value: Readonly<Record<string, unknown>>; readonly created_revision: number; readonly modified_revision: number; readonly expires_at?: string; readonly warnings?: readonly string[] };

/** ResourceError, as the control plane answers it. */
export type ResourceError = { readonly kind: string; readonly id: string; readonly message: string; readonly field?: string; readonly revision?: number };

/** Revision, as the control plane answers it. */
export type Revision = { readonly number: number; readonly author: string; readonly author_type: "user" | "admin_key" | "system"; readonly source: string; readonly message: string; readonly created_at: string; readonly change_count: number; readonly restores?: number; readonly digest?: string; readonly labels: readonly string[]; readonly comment_count: number; readonly draft?: { readonly id: number; readonly authors: readonly string[]; readonly approved_by?: string }; readonly chain?: string; readonly previous_digest?: string | null; readonly changes: readonly Change[]; readonly comments: readonly RevisionComment[]; readonly truncated?: boolean };

/** RevisionComment, as the control plane answers it. */
export type RevisionComment = { readonly id: number; readonly author: string; readonly author_type: "user" | "admin_key" | "system"; readonly text: string; readonly created_at: string; readonly edited_at: string | null };

/** RevisionDiff, as the control plane answers it. */
export type RevisionDiff = { readonly from: number; readonly to: number; readonly changes: readonly Change[]; readonly truncated?: boolean };

/** RevisionEntry, as the control plane answers it. */
export type RevisionEntry = { readonly number: number; readonly author: string; readonly author_type: "user" | "admin_key" | "system"; readonly source: string; readonly message: string; readonly created_at: string; readonly change_count: number; readonly restores?: number; readonly digest?: string; readonly labels: readonly string[]; readonly comment_count: number; readonly draft?: { readonly id: number; readonly authors: readonly string[]; readonly approved_by?: string }; readonly changes: readonly { readonly kind: string; readonly id: string; readonly action: "create" | "update" | "delete" }[] };

/** Session, as the control plane answers it. */
export type Session = { readonly user: { readonly username: string; readonly role: "viewer" | "editor" | "admin" | "owner" | null; readonly display_name: string | null }; readonly grants: readonly { readonly group: string | null; readonly role: "viewer" | "editor" | "admin" | "owner" }[]; readonly method: "password" | "oidc"; readonly must_change_password: boolean; readonly created_at: string; readonly expires_at: string; readonly ends_at: string; readonly csrf_token: string };

/** SessionRow, as the control plane answers it. */
export type SessionRow = { readonly id: string; readonly username: string; readonly current: boolean; readonly method: "password" | "oidc"; readonly created_at: string; readonly last_seen: string; readonly expires_at: string; readonly ends_at: string; readonly source_ip: string | null; readonly user_agent: string | null };

/** SignInOptions, as the control plane answers it. */
export type SignInOptions = { readonly password: "everyone" | "owners"; readonly oidc: { readonly name: string; readonly url: string } | null };

/** System, as the control plane answers it. */
export type System = { readonly product: string; readonly version: string; readonly started_at: string; readonly etcd: boolean; readonly groups: readonly string[] };

/** Token, as the control plane answers it. */
export type Token = { readonly id: string; readonly name: string; readonly type: "own" | "service"; readonly username: string | null; readonly prefix: string | null; readonly role: "viewer" | "editor" | "admin" | "owner"; readonly groups: readonly string[] | null; readonly read_only: boolean; readonly apis: readonly ("api" | "admin-api")[]; readonly kinds: readonly string[] | null; readonly created_by: string | null; readonly created_at: string; readonly expires_at: string | null; readonly last_used_at: string | null; readonly revoked_at: string | null };

/** TrafficSeries, as the control plane answers it. */
export type TrafficSeries = { readonly from: string; readonly to: string; readonly step: number; readonly points: readonly { readonly time: string; readonly requests_per_second: number; readonly errors_per_second: number; readonly latency_p50_ms: number; readonly latency_p99_ms: number; readonly bytes_in_per_second: number; readonly bytes_out_per_second: number }[] };

/** User, as the control plane answers it. */
export type User = { readonly username: string; readonly display_name: string | null; readonly email: string | null; readonly role: "viewer" | "editor" | "admin" | "owner" | null; readonly groups: readonly { readonly group: string; readonly role: "viewer" | "editor" | "admin" | "owner" }[]; readonly origin: "local" | "oidc"; readonly roles_from_provider: boolean; readonly disabled: boolean; readonly must_change_password: boolean; readonly created_at: string; readonly password_changed_at: string | null; readonly last_sign_in_at: string | null };

/** Verification, as the control plane answers it. */
export type Verification = { readonly intact: boolean; readonly chains: readonly { readonly type: "audit" | "revisions" | "state"; readonly group: string | null; readonly intact: boolean; readonly checked: number; readonly broken_at?: number; readonly reason?: string }[] };

/** WayBack, as the control plane answers it. */
export type WayBack = { readonly revision: number | null; readonly dry_run?: boolean; readonly effect?: Effect; readonly draft?: Draft };

/** Written, as the control plane answers it. */
export type Written = { readonly resource: Resource; readonly revision: number | null; readonly warnings: readonly string[] };

/** Every operation, with what it takes and answers. */
export interface Operations {
  /** End your other sessions. */
  'DELETE /account/sessions': {
    readonly input: { readonly headers?: { readonly 'Idempotency-Key'?: string | undefined } };
    readonly answer: { readonly ended: number };
  };
  /** List your sessions. */
  'GET /account/sessions': {
    readonly input: Readonly<Record<string, never>>;
    readonly answer: { readonly list: readonly SessionRow[] };
  };
  /** End one of your sessions. */
  'DELETE /account/sessions/{id}': {
    readonly input: { readonly path: { readonly id: string }; readonly headers?: { readonly 'Idempotency-Key'?: string | undefined } };
    readonly answer: undefined;
  };
  /** List your tokens. */
  'GET /account/tokens': {
    readonly input: Readonly<Record<string, never>>;
    readonly answer: { readonly list: readonly Token[] };
  };
  /** Make a token of your own. */
  'POST /account/tokens': {
    readonly input: { readonly headers?: { readonly 'Idempotency-Key'?: string | undefined }; readonly body: { readonly name: string; readonly role: "viewer" | "editor" | "admin" | "owner"; readonly groups?: readonly string[] | null; readonly read_only: boolean; readonly apis: readonly ("api" | "admin-api")[]; readonly kinds?: readonly ("route" | "service" | "upstream" | "consumer" | "credential" | "consumer_group" | "plugin_config" | "global_rule" | "plugin_metadata" | "ssl" | "secret" | "proto" | "stream_route" | "graphql_cost_decoration")[] | null; readonly expires_in_days?: number | null } };
    readonly answer: NewToken;
  };
  /** Revoke a token of your own. */
  'DELETE /account/tokens/{id}': {
    readonly input: { readonly path: { readonly id: string }; readonly headers?: { readonly 'Idempotency-Key'?: string | undefined } };
    readonly answer: undefined;
  };
  /** Read the audit trail. */
  'GET /audit': {
    readonly input: { readonly query?: { readonly actor?: string | undefined; readonly action?: string | undefined; readonly group?: string | undefined; readonly kind?: string | undefined; readonly id?: string | undefined; readonly from?: string | undefined; readonly to?: string | undefined; readonly text?: string | undefined; readonly failed?: boolean | undefined; readonly limit?: number | undefined; readonly before?: string | undefined } };
    readonly answer: AuditPage;
  };
  /** List the actions that occur. */
  'GET /audit/actions': {
    readonly input: Readonly<Record<string, never>>;
    readonly answer: { readonly list: readonly string[] };
  };
  /** Take the audit trail along as a file. */
  'GET /audit/export': {
    readonly input: { readonly query?: { readonly actor?: string | undefined; readonly action?: string | undefined; readonly group?: string | undefined; readonly kind?: string | undefined; readonly id?: string | undefined; readonly from?: string | undefined; readonly to?: string | undefined; readonly text?: string | undefined; readonly failed?: boolean | undefined; readonly format?: "jsonl" | "csv" | undefined } };
    readonly answer: string;
  };
  /** Check that nobody has tampered with history or audit trail. */
  'POST /audit/verify': {
    readonly input: { readonly headers?: { readonly 'Idempotency-Key'?: string | undefined }; readonly body?: { readonly group?: string } };
    readonly answer: Verification;
  };
  /** List the gateway groups in which you have a role. */
  'GET /groups': {
    readonly input: Readonly<Record<string, never>>;
    readonly answer: { readonly list: readonly Group[] };
  };
  /** Make a gateway group. */
  'POST /groups': {
    readonly input: { readonly headers?: { readonly 'Idempotency-Key'?: string | undefined }; readonly body: { readonly name: string; readonly etcd_prefix?: string; readonly description?: string } };
    readonly answer: Group;
  };
  /** Show a gateway group. */
  'GET /groups/{group}': {
    readonly input: { readonly path: { readonly group: string } };
    readonly answer: GroupDetail;
  };
  /** Describe a gateway group. */
  'PATCH /groups/{group}': {
    readonly input: { readonly path: { readonly group: string }; readonly headers?: { readonly 'Idempotency-Key'?: string | undefined }; readonly body: { readonly description: string } };
    readonly answer: Group;
  };
  /** Make a group what a document says, as one revision. */
  'POST /groups/{group}/apply': {
    readonly input: { readonly path: { readonly group: string }; readonly query?: { readonly dry_run?: boolean | undefined; readonly force?: boolean | undefined; readonly confirm?: "missing_plugins" | undefined }; readonly headers?: { readonly 'Idempotency-Key'?: string | undefined }; readonly body: { readonly document: unknown; readonly prune?: boolean; readonly selector?: Readonly<Record<string, string>>; readonly expected_head?: number; readonly message?: string; readonly as_draft?: boolean; readonly kinds?: readonly string[] } };
    readonly answer: ChangeList;
  };
  /** List the files that hold archived revisions. */
  'GET /groups/{group}/archives': {
    readonly input: { readonly path: { readonly group: string } };
    readonly answer: { readonly list: readonly { readonly first: number; readonly last: number; readonly file: string; readonly bytes: number; readonly sha256: string; readonly created_at: string }[] };
  };
  /** Check the archived revisions, from the first. */
  'POST /groups/{group}/archives/verify': {
    readonly input: { readonly path: { readonly group: string }; readonly headers?: { readonly 'Idempotency-Key'?: string | undefined } };
    readonly answer: { readonly intact: boolean; readonly files: number; readonly checked: number; readonly unopened: number; readonly broken_at?: number; readonly file?: string; readonly reason?: string };
  };
  /** Write many resources as one revision. */
  'POST /groups/{group}/change-sets': {
    readonly input: { readonly path: { readonly group: string }; readonly query?: { readonly message?: string | undefined; readonly dry_run?: boolean | undefined; readonly force?: boolean | undefined; readonly confirm?: "missing_plugins" | undefined }; readonly headers?: { readonly 'Idempotency-Key'?: string | undefined }; readonly body: { readonly message?: string; readonly changes: readonly { readonly op: "put" | "delete"; readonly kind: string; readonly id: string; readonly value?: unknown }[] } };
    readonly answer: { readonly revision: number | null; readonly changes: number; readonly warnings: readonly string[]; readonly dry_run?: boolean; readonly effect?: Effect };
  };
  /** List drafts, newest first. */
  'GET /groups/{group}/drafts': {
    readonly input: { readonly path: { readonly group: string }; readonly query?: { readonly state?: string | undefined; readonly author?: string | undefined; readonly before?: number | undefined; readonly limit?: number | undefined } };
    readonly answer: { readonly list: readonly Draft[]; readonly next: number | null };
  };
  /** Begin a draft. */
  'POST /groups/{group}/drafts': {
    readonly input: { readonly path: { readonly group: string }; readonly headers?: { readonly 'Idempotency-Key'?: string | undefined }; readonly body: { readonly message?: string; readonly edits?: readonly { readonly op: "put" | "delete"; readonly kind: string; readonly id: string; readonly value?: unknown; readonly base_revision?: number }[] } };
    readonly answer: Draft;
  };
  /** Discard a draft. */
  'DELETE /groups/{group}/drafts/{id}': {
    readonly input: { readonly path: { readonly group: string; readonly id: string }; readonly headers?: { readonly 'Idempotency-Key'?: string | undefined } };
    readonly answer: Draft;
  };
  /** Show a draft. */
  'GET /groups/{group}/drafts/{id}': {
    readonly input: { readonly path: { readonly group: string; readonly id: string } };
    readonly answer: DraftDetail;
  };
  /** Change the message of a draft. */
  'PATCH /groups/{group}/drafts/{id}': {
    readonly input: { readonly path: { readonly group: string; readonly id: string }; readonly headers?: { readonly 'Idempotency-Key'?: string | undefined }; readonly body: { readonly message: string } };
    readonly answer: Draft;
  };
  /** Approve a draft. */
  'POST /groups/{group}/drafts/{id}/approve': {
    readonly input: { readonly path: { readonly group: string; readonly id: string }; readonly headers?: { readonly 'Idempotency-Key'?: string | undefined }; readonly body: { readonly version: number; readonly comment?: string } };
    readonly answer: Draft;
  };
  /** List what others have changed under a draft. */
  'GET /groups/{group}/drafts/{id}/conflicts': {
    readonly input: { readonly path: { readonly group: string; readonly id: string } };
    readonly answer: { readonly conflicts: readonly DraftConflict[] };
  };
  /** Show what a draft changes. */
  'GET /groups/{group}/drafts/{id}/diff': {
    readonly input: { readonly path: { readonly group: string; readonly id: string }; readonly query?: { readonly against?: "head" | "base" | undefined; readonly offset?: number | undefined } };
    readonly answer: { readonly against: "head" | "base"; readonly changes: readonly { readonly kind: string; readonly id: string; readonly action: "create" | "update" | "delete" | "none"; readonly before: Readonly<Record<string, unknown>> | null; readonly after: Readonly<Record<string, unknown>> | null; readonly operations: readonly Operation[]; readonly operations_truncated?: boolean }[]; readonly truncated?: boolean };
  };
  /** List the edits of a draft. */
  'GET /groups/{group}/drafts/{id}/edits': {
    readonly input: { readonly path: { readonly group: string; readonly id: string }; readonly query?: { readonly offset?: number | undefined; readonly limit?: number | undefined } };
    readonly answer: { readonly list: readonly DraftEdit[]; readonly total: number };
  };
  /** Make a draft leave a resource alone. */
  'DELETE /groups/{group}/drafts/{id}/edits/{kind}/{resource}': {
    readonly input: { readonly path: { readonly group: string; readonly id: string; readonly kind: string; readonly resource: string }; readonly headers?: { readonly 'Idempotency-Key'?: string | undefined } };
    readonly answer: { readonly draft: Draft };
  };
  /** Show what a draft does to a resource. */
  'GET /groups/{group}/drafts/{id}/edits/{kind}/{resource}': {
    readonly input: { readonly path: { readonly group: string; readonly id: string; readonly kind: string; readonly resource: string } };
    readonly answer: DraftEdit;
  };
  /** Make a draft put or delete a resource. */
  'PUT /groups/{group}/drafts/{id}/edits/{kind}/{resource}': {
    readonly input: { readonly path: { readonly group: string; readonly id: string; readonly kind: string; readonly resource: string }; readonly headers?: { readonly 'Idempotency-Key'?: string | undefined }; readonly body: { readonly op: "put" | "delete"; readonly value?: unknown; readonly base_revision?: number } };
    readonly answer: { readonly draft: Draft; readonly edit: DraftEdit };
  };
  /** Make a draft a revision. */
  'POST /groups/{group}/drafts/{id}/publish': {
    readonly input: { readonly path: { readonly group: string; readonly id: string }; readonly query?: { readonly message?: string | undefined; readonly dry_run?: boolean | undefined; readonly force?: boolean | undefined; readonly confirm?: "missing_plugins" | undefined }; readonly headers?: { readonly 'Idempotency-Key'?: string | undefined }; readonly body?: { readonly message?: string } };
    readonly answer: { readonly revision: number | null; readonly draft: Draft; readonly effect?: Effect };
  };
  /** Base a draft on the head. */
  'POST /groups/{group}/drafts/{id}/rebase': {
    readonly input: { readonly path: { readonly group: string; readonly id: string }; readonly headers?: { readonly 'Idempotency-Key'?: string | undefined }; readonly body?: { readonly resolutions?: readonly { readonly kind: string; readonly id: string; readonly take: "mine" | "theirs" | "merged" | "value"; readonly value?: unknown; readonly fields?: Readonly<Record<string, "mine" | "theirs">> }[] } };
    readonly answer: { readonly draft: Draft; readonly merged: readonly { readonly kind: string; readonly id: string }[]; readonly dropped: readonly { readonly kind: string; readonly id: string }[] };
  };
  /** Send a draft back to its authors. */
  'POST /groups/{group}/drafts/{id}/reject': {
    readonly input: { readonly path: { readonly group: string; readonly id: string }; readonly headers?: { readonly 'Idempotency-Key'?: string | undefined }; readonly body: { readonly version: number; readonly comment: string } };
    readonly answer: Draft;
  };
  /** Ask for approval of a draft. */
  'POST /groups/{group}/drafts/{id}/submit': {
    readonly input: { readonly path: { readonly group: string; readonly id: string }; readonly headers?: { readonly 'Idempotency-Key'?: string | undefined }; readonly body?: { readonly comment?: string } };
    readonly answer: Draft;
  };
  /** Say whether a draft could be published, and what that would do. */
  'GET /groups/{group}/drafts/{id}/validation': {
    readonly input: { readonly path: { readonly group: string; readonly id: string } };
    readonly answer: { readonly valid: boolean; readonly head: number; readonly issues: readonly { readonly kind: string; readonly id: string; readonly path: string; readonly message: string }[]; readonly conflicts: readonly DraftConflict[]; readonly effect: Effect | null };
  };
  /** Take the question for approval back. */
  'POST /groups/{group}/drafts/{id}/withdraw': {
    readonly input: { readonly path: { readonly group: string; readonly id: string }; readonly headers?: { readonly 'Idempotency-Key'?: string | undefined } };
    readonly answer: Draft;
  };
  /** Watch what happens in a group. */
  'GET /groups/{group}/events': {
    readonly input: { readonly path: { readonly group: string } };
    readonly answer: string;
  };
  /** Explain what a data plane does with a request. */
  'POST /groups/{group}/explain': {
    readonly input: { readonly path: { readonly group: string }; readonly headers?: { readonly 'Idempotency-Key'?: string | undefined }; readonly body: { readonly method: string; readonly url: string; readonly headers: Readonly<Record<string, string | readonly string[]>>; readonly body?: string; readonly client_ip: string; readonly send: boolean; readonly instance?: string } };
    readonly answer: Explanation;
  };
  /** Export a group as one document. */
  'GET /groups/{group}/export': {
    readonly input: { readonly path: { readonly group: string }; readonly query?: { readonly format?: "yaml" | "json" | undefined; readonly secrets?: "redacted" | "encrypted" | undefined; readonly times?: "keep" | "omit" | undefined; readonly revision?: number | undefined } };
    readonly answer: string;
  };
  /** List what was done to a resource. */
  'GET /groups/{group}/history/{plural}/{id}': {
    readonly input: { readonly path: { readonly group: string; readonly plural: string; readonly id: string }; readonly query?: { readonly before?: number | undefined; readonly limit?: number | undefined } };
    readonly answer: { readonly kind: string; readonly id: string; readonly exists: boolean; readonly list: readonly HistoryEntry[]; readonly next: number | null };
  };
  /** Show who last set each field of a resource. */
  'GET /groups/{group}/history/{plural}/{id}/blame': {
    readonly input: { readonly path: { readonly group: string; readonly plural: string; readonly id: string }; readonly query?: { readonly at?: number | undefined } };
    readonly answer: { readonly kind: string; readonly id: string; readonly revision: number; readonly fields: readonly BlamedField[] };
  };
  /** Show a resource as it was after a revision. */
  'GET /groups/{group}/history/{plural}/{id}/versions/{number}': {
    readonly input: { readonly path: { readonly group: string; readonly plural: string; readonly id: string; readonly number: number } };
    readonly answer: { readonly kind: string; readonly id: string; readonly revision: number; readonly modified_revision: number | null; readonly value: Readonly<Record<string, unknown>> | null };
  };
  /** Import a configuration as one revision, with a report of what has no counterpart. */
  'POST /groups/{group}/imports': {
    readonly input: { readonly path: { readonly group: string }; readonly query?: { readonly dry_run?: boolean | undefined; readonly force?: boolean | undefined; readonly confirm?: "missing_plugins" | undefined }; readonly headers?: { readonly 'Idempotency-Key'?: string | undefined }; readonly body: { readonly source: { readonly type: "document" | "apisix" | "etcd" | "openapi" | "kong"; readonly text?: string; readonly url?: string; readonly key?: string; readonly endpoints?: readonly string[]; readonly prefix?: string; readonly user?: string; readonly password?: string; readonly ca?: string; readonly cert?: string; readonly keyring?: readonly string[]; readonly server?: string; readonly upstream_id?: string; readonly service_id?: string; readonly hosts?: readonly string[]; readonly validate_requests?: boolean }; readonly skip_invalid?: boolean; readonly dry_run?: boolean; readonly prune?: boolean; readonly selector?: Readonly<Record<string, string>>; readonly expected_head?: number; readonly message?: string; readonly as_draft?: boolean } };
    readonly answer: ChangeList;
  };
  /** List the data planes of a group. */
  'GET /groups/{group}/instances': {
    readonly input: { readonly path: { readonly group: string } };
    readonly answer: { readonly list: readonly Instance[]; readonly blocked: Blocked | null };
  };
  /** Show a data plane. */
  'GET /groups/{group}/instances/{id}': {
    readonly input: { readonly path: { readonly group: string; readonly id: string } };
    readonly answer: InstanceDetail;
  };
  /** Drain a data plane: it finishes what is under way and takes nothing new. */
  'POST /groups/{group}/instances/{id}/drain': {
    readonly input: { readonly path: { readonly group: string; readonly id: string }; readonly headers?: { readonly 'Idempotency-Key'?: string | undefined } };
    readonly answer: { readonly command: InstanceCommand };
  };
  /** List what happened to a data plane. */
  'GET /groups/{group}/instances/{id}/history': {
    readonly input: { readonly path: { readonly group: string; readonly id: string }; readonly query?: { readonly before?: number | undefined; readonly limit?: number | undefined } };
    readonly answer: { readonly list: readonly InstanceEvent[]; readonly next: number | null };
  };
  /** List the join tokens of a group. */
  'GET /groups/{group}/join-tokens': {
    readonly input: { readonly path: { readonly group: string } };
    readonly answer: { readonly list: readonly JoinToken[] };
  };
  /** Make a token with which data planes join. */
  'POST /groups/{group}/join-tokens': {
    readonly input: { readonly path: { readonly group: string }; readonly headers?: { readonly 'Idempotency-Key'?: string | undefined }; readonly body: { readonly name: string; readonly expires_in_seconds?: number; readonly labels?: Readonly<Record<string, string>> } };
    readonly answer: NewJoinToken;
  };
  /** Revoke a join token. */
  'DELETE /groups/{group}/join-tokens/{id}': {
    readonly input: { readonly path: { readonly group: string; readonly id: string }; readonly headers?: { readonly 'Idempotency-Key'?: string | undefined } };
    readonly answer: undefined;
  };
  /** List the labels of revisions. */
  'GET /groups/{group}/labels': {
    readonly input: { readonly path: { readonly group: string } };
    readonly answer: { readonly list: readonly { readonly label: string; readonly count: number; readonly revision: number }[] };
  };
  /** List who has a role in a group. */
  'GET /groups/{group}/members': {
    readonly input: { readonly path: { readonly group: string } };
    readonly answer: { readonly list: readonly Member[] };
  };
  /** Take the role of a user in a group away. */
  'DELETE /groups/{group}/members/{username}': {
    readonly input: { readonly path: { readonly group: string; readonly username: string }; readonly headers?: { readonly 'Idempotency-Key'?: string | undefined } };
    readonly answer: undefined;
  };
  /** Give a user a role in a group. */
  'PUT /groups/{group}/members/{username}': {
    readonly input: { readonly path: { readonly group: string; readonly username: string }; readonly headers?: { readonly 'Idempotency-Key'?: string | undefined }; readonly body: { readonly role: "viewer" | "editor" | "admin" | "owner" } };
    readonly answer: Member;
  };
  /** Show the traffic of a group over time. */
  'GET /groups/{group}/metrics': {
    readonly input: { readonly path: { readonly group: string }; readonly query?: { readonly from?: string | undefined; readonly to?: string | undefined; readonly step?: number | undefined } };
    readonly answer: TrafficSeries;
  };
  /** Show how a group is. */
  'GET /groups/{group}/overview': {
    readonly input: { readonly path: { readonly group: string } };
    readonly answer: Overview;
  };
  /** Show what applying a document would change. */
  'POST /groups/{group}/plan': {
    readonly input: { readonly path: { readonly group: string }; readonly headers?: { readonly 'Idempotency-Key'?: string | undefined }; readonly body: { readonly document: unknown; readonly prune?: boolean; readonly selector?: Readonly<Record<string, string>>; readonly expected_head?: number; readonly message?: string; readonly as_draft?: boolean; readonly kinds?: readonly string[] } };
    readonly answer: ChangeList;
  };
  /** Copy the state of another group, or a selection of it, as one revision. */
  'POST /groups/{group}/promotions': {
    readonly input: { readonly path: { readonly group: string }; readonly query?: { readonly dry_run?: boolean | undefined; readonly force?: boolean | undefined; readonly confirm?: "missing_plugins" | undefined }; readonly headers?: { readonly 'Idempotency-Key'?: string | undefined }; readonly body: { readonly from: string; readonly revision?: number; readonly selection?: readonly { readonly kind: string; readonly id: string }[]; readonly include_references?: boolean; readonly dry_run?: boolean; readonly prune?: boolean; readonly selector?: Readonly<Record<string, string>>; readonly expected_head?: number; readonly message?: string; readonly as_draft?: boolean } };
    readonly answer: ChangeList;
  };
  /** List resources of a kind. */
  'GET /groups/{group}/resources/{plural}': {
    readonly input: { readonly path: { readonly group: string; readonly plural: string }; readonly query?: { readonly page?: number | undefined; readonly page_size?: number | undefined; readonly search?: string | undefined; readonly label?: string | undefined; readonly parent?: string | undefined; readonly sort?: "id" | "name" | "update_time" | "create_time" | "created_revision" | undefined; readonly order?: "asc" | "desc" | undefined } };
    readonly answer: { readonly list: readonly Resource[]; readonly total: number; readonly page: number; readonly page_size: number };
  };
  /** Create a resource under an id of its own. */
  'POST /groups/{group}/resources/{plural}': {
    readonly input: { readonly path: { readonly group: string; readonly plural: string }; readonly query?: { readonly message?: string | undefined; readonly dry_run?: boolean | undefined; readonly force?: boolean | undefined; readonly confirm?: "missing_plugins" | undefined; readonly parent?: string | undefined }; readonly headers?: { readonly 'Idempotency-Key'?: string | undefined }; readonly body: Readonly<Record<string, unknown>> };
    readonly answer: Written;
  };
  /** Delete a resource. */
  'DELETE /groups/{group}/resources/{plural}/{id}': {
    readonly input: { readonly path: { readonly group: string; readonly plural: string; readonly id: string }; readonly query?: { readonly message?: string | undefined; readonly dry_run?: boolean | undefined; readonly force?: boolean | undefined; readonly confirm?: "missing_plugins" | undefined }; readonly headers?: { readonly 'If-Match'?: string | undefined; readonly 'If-None-Match'?: "*" | undefined; readonly 'Idempotency-Key'?: string | undefined } };
    readonly answer: MadeRevision;
  };
  /** Show a resource. */
  'GET /groups/{group}/resources/{plural}/{id}': {
    readonly input: { readonly path: { readonly group: string; readonly plural: string; readonly id: string } };
    readonly answer: Resource;
  };
  /** Create or replace a resource. */
  'PUT /groups/{group}/resources/{plural}/{id}': {
    readonly input: { readonly path: { readonly group: string; readonly plural: string; readonly id: string }; readonly query?: { readonly message?: string | undefined; readonly dry_run?: boolean | undefined; readonly force?: boolean | undefined; readonly confirm?: "missing_plugins" | undefined }; readonly headers?: { readonly 'If-Match'?: string | undefined; readonly 'If-None-Match'?: "*" | undefined; readonly 'Idempotency-Key'?: string | undefined }; readonly body: Readonly<Record<string, unknown>> };
    readonly answer: Written;
  };
  /** List the revisions of a group, newest first. */
  'GET /groups/{group}/revisions': {
    readonly input: { readonly path: { readonly group: string }; readonly query?: { readonly before?: number | undefined; readonly limit?: number | undefined; readonly author?: string | undefined; readonly source?: string | undefined; readonly kind?: string | undefined; readonly id?: string | undefined; readonly from?: string | undefined; readonly to?: string | undefined; readonly text?: string | undefined; readonly label?: string | undefined } };
    readonly answer: { readonly list: readonly RevisionEntry[]; readonly head: number; readonly next: number | null; readonly archived_through: number };
  };
  /** Show a revision and what it changed. */
  'GET /groups/{group}/revisions/{number}': {
    readonly input: { readonly path: { readonly group: string; readonly number: number }; readonly query?: { readonly offset?: number | undefined } };
    readonly answer: Revision;
  };
  /** List the comments on a revision. */
  'GET /groups/{group}/revisions/{number}/comments': {
    readonly input: { readonly path: { readonly group: string; readonly number: number } };
    readonly answer: { readonly list: readonly RevisionComment[] };
  };
  /** Comment on a revision. */
  'POST /groups/{group}/revisions/{number}/comments': {
    readonly input: { readonly path: { readonly group: string; readonly number: number }; readonly headers?: { readonly 'Idempotency-Key'?: string | undefined }; readonly body: { readonly text: string } };
    readonly answer: RevisionComment;
  };
  /** Remove a comment of your own. */
  'DELETE /groups/{group}/revisions/{number}/comments/{id}': {
    readonly input: { readonly path: { readonly group: string; readonly number: number; readonly id: string }; readonly headers?: { readonly 'Idempotency-Key'?: string | undefined } };
    readonly answer: Readonly<Record<string, unknown>>;
  };
  /** Change a comment of your own. */
  'PATCH /groups/{group}/revisions/{number}/comments/{id}': {
    readonly input: { readonly path: { readonly group: string; readonly number: number; readonly id: string }; readonly headers?: { readonly 'Idempotency-Key'?: string | undefined }; readonly body: { readonly text: string } };
    readonly answer: RevisionComment;
  };
  /** Compare the states after two revisions. */
  'GET /groups/{group}/revisions/{number}/diff': {
    readonly input: { readonly path: { readonly group: string; readonly number: number }; readonly query?: { readonly against?: number | undefined; readonly offset?: number | undefined } };
    readonly answer: RevisionDiff;
  };
  /** Take a label from a revision. */
  'DELETE /groups/{group}/revisions/{number}/labels/{label}': {
    readonly input: { readonly path: { readonly group: string; readonly number: number; readonly label: string }; readonly headers?: { readonly 'Idempotency-Key'?: string | undefined } };
    readonly answer: { readonly labels: readonly string[] };
  };
  /** Label a revision. */
  'PUT /groups/{group}/revisions/{number}/labels/{label}': {
    readonly input: { readonly path: { readonly group: string; readonly number: number; readonly label: string }; readonly headers?: { readonly 'Idempotency-Key'?: string | undefined }; readonly body?: { readonly exclusive?: boolean } };
    readonly answer: { readonly labels: readonly string[] };
  };
  /** Make one resource what it was after a revision. */
  'POST /groups/{group}/revisions/{number}/restore': {
    readonly input: { readonly path: { readonly group: string; readonly number: number }; readonly query?: { readonly message?: string | undefined; readonly dry_run?: boolean | undefined; readonly force?: boolean | undefined; readonly confirm?: "missing_plugins" | undefined }; readonly headers?: { readonly 'Idempotency-Key'?: string | undefined }; readonly body: { readonly message?: string; readonly as_draft?: boolean; readonly kind: string; readonly id: string } };
    readonly answer: WayBack;
  };
  /** Undo what one revision did. */
  'POST /groups/{group}/revisions/{number}/revert': {
    readonly input: { readonly path: { readonly group: string; readonly number: number }; readonly query?: { readonly message?: string | undefined; readonly dry_run?: boolean | undefined; readonly force?: boolean | undefined; readonly confirm?: "missing_plugins" | undefined }; readonly headers?: { readonly 'Idempotency-Key'?: string | undefined }; readonly body?: { readonly message?: string; readonly as_draft?: boolean } };
    readonly answer: WayBack;
  };
  /** Make the whole state what it was after a revision. */
  'POST /groups/{group}/revisions/{number}/rollback': {
    readonly input: { readonly path: { readonly group: string; readonly number: number }; readonly query?: { readonly message?: string | undefined; readonly dry_run?: boolean | undefined; readonly force?: boolean | undefined; readonly confirm?: "missing_plugins" | undefined }; readonly headers?: { readonly 'Idempotency-Key'?: string | undefined }; readonly body?: { readonly message?: string; readonly as_draft?: boolean } };
    readonly answer: WayBack;
  };
  /** List all resources as they were after a revision. */
  'GET /groups/{group}/revisions/{number}/state': {
    readonly input: { readonly path: { readonly group: string; readonly number: number }; readonly query?: { readonly kind?: string | undefined; readonly after?: string | undefined; readonly limit?: number | undefined } };
    readonly answer: { readonly revision: number; readonly list: readonly { readonly kind: string; readonly id: string; readonly value: Readonly<Record<string, unknown>>; readonly modified_revision: number }[]; readonly next: string | null };
  };
  /** Show everything that can be configured, with its schemas. */
  'GET /groups/{group}/schema': {
    readonly input: { readonly path: { readonly group: string } };
    readonly answer: Catalogue;
  };
  /** Show the rules of a group. */
  'GET /groups/{group}/settings': {
    readonly input: { readonly path: { readonly group: string } };
    readonly answer: GroupSettings;
  };
  /** Change the rules of a group. */
  'PATCH /groups/{group}/settings': {
    readonly input: { readonly path: { readonly group: string }; readonly headers?: { readonly 'Idempotency-Key'?: string | undefined }; readonly body: { readonly approval?: { readonly required?: boolean; readonly approvers?: "editor" | "admin" | "owner" }; readonly retention?: { readonly keep_revisions?: number | null; readonly keep_days?: number | null } } };
    readonly answer: GroupSettings;
  };
  /** Delete a gateway group with its history. */
  'DELETE /groups/{name}': {
    readonly input: { readonly path: { readonly name: string }; readonly query?: { readonly force?: boolean | undefined }; readonly headers?: { readonly 'Idempotency-Key'?: string | undefined } };
    readonly answer: { readonly deleted: string };
  };
  /** Describe this API as an OpenAPI 3.1 document. */
  'GET /openapi.json': {
    readonly input: Readonly<Record<string, never>>;
    readonly answer: { readonly openapi: string };
  };
  /** Sign out. */
  'DELETE /session': {
    readonly input: { readonly headers?: { readonly 'Idempotency-Key'?: string | undefined } };
    readonly answer: undefined;
  };
  /** Show who is signed in. */
  'GET /session': {
    readonly input: Readonly<Record<string, never>>;
    readonly answer: Session;
  };
  /** Sign in with a password. */
  'POST /session': {
    readonly input: { readonly body: { readonly username: string; readonly password: string } };
    readonly answer: Session;
  };
  /** Begin to sign in with the provider. */
  'GET /session/oidc': {
    readonly input: { readonly query?: { readonly redirect?: string | undefined } };
    readonly answer: undefined;
  };
  /** End a sign-in with the provider. */
  'GET /session/oidc/callback': {
    readonly input: Readonly<Record<string, never>>;
    readonly answer: undefined;
  };
  /** Tell how people sign in. */
  'GET /session/options': {
    readonly input: Readonly<Record<string, never>>;
    readonly answer: SignInOptions;
  };
  /** Change your own password. */
  'POST /session/password': {
    readonly input: { readonly headers?: { readonly 'Idempotency-Key'?: string | undefined }; readonly body: { readonly current_password: string; readonly new_password: string } };
    readonly answer: undefined;
  };
  /** List sessions. */
  'GET /sessions': {
    readonly input: { readonly query?: { readonly username?: string | undefined; readonly page?: number | undefined; readonly page_size?: number | undefined } };
    readonly answer: { readonly list: readonly SessionRow[]; readonly total: number; readonly page: number; readonly page_size: number };
  };
  /** End a session. */
  'DELETE /sessions/{id}': {
    readonly input: { readonly path: { readonly id: string }; readonly headers?: { readonly 'Idempotency-Key'?: string | undefined } };
    readonly answer: undefined;
  };
  /** Show what this control plane is. */
  'GET /system': {
    readonly input: Readonly<Record<string, never>>;
    readonly answer: System;
  };
  /** List tokens. */
  'GET /tokens': {
    readonly input: { readonly query?: { readonly type?: "own" | "service" | undefined; readonly search?: string | undefined; readonly page?: number | undefined; readonly page_size?: number | undefined } };
    readonly answer: { readonly list: readonly Token[]; readonly total: number; readonly page: number; readonly page_size: number };
  };
  /** Make a token for a service. */
  'POST /tokens': {
    readonly input: { readonly headers?: { readonly 'Idempotency-Key'?: string | undefined }; readonly body: { readonly name: string; readonly role: "viewer" | "editor" | "admin" | "owner"; readonly groups?: readonly string[] | null; readonly read_only: boolean; readonly apis: readonly ("api" | "admin-api")[]; readonly kinds?: readonly ("route" | "service" | "upstream" | "consumer" | "credential" | "consumer_group" | "plugin_config" | "global_rule" | "plugin_metadata" | "ssl" | "secret" | "proto" | "stream_route" | "graphql_cost_decoration")[] | null; readonly expires_in_days?: number | null } };
    readonly answer: NewToken;
  };
  /** Revoke a token. */
  'DELETE /tokens/{id}': {
    readonly input: { readonly path: { readonly id: string }; readonly headers?: { readonly 'Idempotency-Key'?: string | undefined } };
    readonly answer: undefined;
  };
  /** List users. */
  'GET /users': {
    readonly input: { readonly query?: { readonly search?: string | undefined; readonly role?: "viewer" | "editor" | "admin" | "owner" | undefined; readonly group?: string | undefined; readonly disabled?: boolean | undefined; readonly page?: number | undefined; readonly page_size?: number | undefined } };
    readonly answer: { readonly list: readonly User[]; readonly total: number; readonly page: number; readonly page_size: number };
  };
  /** Make a user. */
  'POST /users': {
    readonly input: { readonly headers?: { readonly 'Idempotency-Key'?: string | undefined }; readonly body: { readonly username: string; readonly display_name?: string | null; readonly email?: string | null; readonly role?: "viewer" | "editor" | "admin" | "owner" | null; readonly groups?: readonly { readonly group: string; readonly role: "viewer" | "editor" | "admin" | "owner" }[]; readonly password?: string; readonly must_change_password: boolean } };
    readonly answer: NewUser;
  };
  /** Remove a user. */
  'DELETE /users/{username}': {
    readonly input: { readonly path: { readonly username: string }; readonly headers?: { readonly 'Idempotency-Key'?: string | undefined } };
    readonly answer: undefined;
  };
  /** Show a user. */
  'GET /users/{username}': {
    readonly input: { readonly path: { readonly username: string } };
    readonly answer: User;
  };
  /** Change a user. */
  'PATCH /users/{username}': {
    readonly input: { readonly path: { readonly username: string }; readonly headers?: { readonly 'Idempotency-Key'?: string | undefined }; readonly body: { readonly display_name?: string | null; readonly email?: string | null; readonly role?: "viewer" | "editor" | "admin" | "owner" | null; readonly groups?: readonly { readonly group: string; readonly role: "viewer" | "editor" | "admin" | "owner" }[]; readonly disabled?: boolean } };
    readonly answer: User;
  };
  /** Give a user a temporary password. */
  'POST /users/{username}/password': {
    readonly input: { readonly path: { readonly username: string }; readonly headers?: { readonly 'Idempotency-Key'?: string | undefined }; readonly body?: { readonly password?: string } };
    readonly answer: { readonly password: string | null };
  };
  /** End all sessions of a user. */
  'DELETE /users/{username}/sessions': {
    readonly input: { readonly path: { readonly username: string }; readonly headers?: { readonly 'Idempotency-Key'?: string | undefined } };
    readonly answer: { readonly ended: number };
  };
}
