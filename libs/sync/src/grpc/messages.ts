/** The messages of `sync.proto` as they look in TypeScript: field names as in the file, 64-bit numbers as numbers. */

export interface HelloMessage {
  instance_id: string;
  hostname: string;
  version: string;
  group: string;
  labels: Record<string, string>;
  /** Plugin name -> hash of its schema. */
  catalogue: Record<string, string>;
  have_revision: number;
  have_digest: Uint8Array;
  workers: number;
  started_at: number;
  applied_revision: number;
  /** `control-plane` or empty where configuration is taken from there; else it is taken elsewhere, and none is sent. */
  source: string;
}

export interface ResourceErrorMessage {
  kind: string;
  id: string;
  message: string;
  field: string;
}

export interface HealthMessage {
  listeners: { address: string; port: number; protocol: string }[];
  targets: { upstream: string; address: string; healthy: boolean; reason: string }[];
  links: { name: string; connected: boolean; since: number; reason: string }[];
  state: string;
  reason: string;
  uptime_ms: number;
  rss_bytes: number;
}

export interface RouteMetricsMessage {
  route_id: string;
  requests: number;
  status_classes: number[];
  latency_counts: number[];
  latency_sum_ms: number;
  bytes_in: number;
  bytes_out: number;
}

export interface MetricDeltaMessage {
  from: number;
  to: number;
  routes: RouteMetricsMessage[];
  latency_bounds_ms: number[];
}

/** Exactly one field is set. */
export interface FromDataPlane {
  hello?: HelloMessage;
  ack?: { revision: number; digest: Uint8Array };
  nack?: { revision: number; errors: ResourceErrorMessage[]; applied_revision: number };
  resync?: { reason: string };
  health?: HealthMessage;
  metrics?: MetricDeltaMessage;
  usage?: { records: Uint8Array[] };
  drain?: { draining: boolean; open_requests: number };
  command_result?: { command_id: string; error: string; result: Uint8Array };
}

export interface ChangeMessage {
  kind: string;
  id: string;
  body: Uint8Array;
  deleted: boolean;
  created_revision: number;
  modified_revision: number;
}

export interface CommitMessage {
  revision: number;
  digest: Uint8Array;
  count: number;
}

/** Exactly one field is set. */
export interface ToDataPlane {
  begin?: { snapshot: boolean; base_revision: number; revision: number };
  changes?: { changes: ChangeMessage[] };
  commit?: CommitMessage;
  command?: { command_id: string; name: string; arguments: Uint8Array };
  delta?: { base_revision: number; changes: ChangeMessage[]; commit: CommitMessage };
}
