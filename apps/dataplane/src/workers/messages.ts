import type { ConfigStep, ListenAddress, ListenOptions, MetricDelta, MetricSamples, OcspStaple } from '@sluice/engine';
import type { SettingsValues } from '@sluice/settings';
import type { dataPlaneSettings } from '../config/settings.ts';
import type { LogLevel } from '../telemetry/json-log.ts';
import type { CacheMemory } from './cache-memory.ts';

/** What a worker is started with; every buffer is shared with the supervisor and with all other workers. */
export interface WorkerOrder {
  readonly settings: SettingsValues<typeof dataPlaneSettings>;
  /** Its place among the workers, from 0; the worker that replaces it gets the same. */
  readonly number: number;
  readonly logLevel: LogLevel;
  readonly beats: SharedArrayBuffer;
  readonly counters: SharedArrayBuffer;
  readonly concurrency: SharedArrayBuffer;
  readonly store: SharedArrayBuffer;
  /** The cache of this node; none without it. */
  readonly cache?: CacheMemory | undefined;
  /** Seal TLS session tickets: one worker resumes what another began. */
  readonly ticketKeys: Uint8Array;
  /** What clients are shown that ask for the status of a certificate. */
  readonly staples: readonly OcspStaple[];
  /** Which upstream nodes are down; missing where nobody checks them. */
  readonly health?: SharedArrayBuffer | undefined;
}

/** How long a stop may take, in milliseconds. */
export interface DrainOrder {
  /** When requests that are still not over are ended. */
  readonly deadlineMs: number;
  /** How long connections without a request are kept, in case one is on its way. */
  readonly idleMs: number;
}

/** Where a worker listens, on a port that it shares with the others. */
export type ListenOrder = Omit<ListenOptions, 'reusePort'>;

/** From the supervisor to a worker. They arrive in order. */
export type ToWorker =
  | { readonly type: 'prepare'; readonly step: ConfigStep }
  | { readonly type: 'commit'; readonly generation: number }
  | { readonly type: 'abort' }
  /** Prepare and commit in one: for a worker that serves nothing yet. */
  | { readonly type: 'adopt'; readonly step: ConfigStep }
  | { readonly type: 'listen'; readonly where: readonly ListenOrder[] }
  | { readonly type: 'drain'; readonly order: DrainOrder }
  /** New keys (48 bytes) for TLS session tickets; every worker gets the same. */
  | { readonly type: 'ticket-keys'; readonly keys: Uint8Array }
  | { readonly type: 'staples'; readonly staples: readonly OcspStaple[] }
  | { readonly type: 'log-level'; readonly level: LogLevel }
  | { readonly type: 'reopen-logs' }
  /** The metrics of all workers, for the one that wanted them. */
  | { readonly type: 'metrics'; readonly text: string }
  | { readonly type: 'ask'; readonly id: number; readonly name: string; readonly payload: unknown };

/** What a worker counted and measured since its report before. */
export interface WorkerReport {
  readonly requests: MetricDelta;
  readonly samples: MetricSamples;
  readonly openRequests: number;
  /** Open now; of these, those with a request; accepted since the report before. */
  readonly connections: { readonly active: number; readonly busy: number; readonly accepted: number };
  readonly heapBytes: number;
}

/** From a worker to the supervisor. */
export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'prepared'; readonly generation: number; readonly failure: string | null }
  | { readonly type: 'committed'; readonly generation: number }
  | { readonly type: 'listening'; readonly listeners: readonly ListenAddress[] }
  | { readonly type: 'not-listening'; readonly reason: string }
  /** A worker that wants the metrics of all is answered when what it has counted is among them. */
  | { readonly type: 'report'; readonly report: WorkerReport; readonly wantsMetrics: boolean }
  | { readonly type: 'drained' }
  | { readonly type: 'answer'; readonly id: number; readonly error: string | null; readonly value: unknown };
