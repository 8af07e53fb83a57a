import type { FromDataPlane, HelloMessage } from '@sluice/sync/grpc';
import type { Badge } from '../join-tokens/admission.ts';
import { EventQueue } from './instance-event.ts';
import { type Load, loadOf } from './load.ts';

/** How a data plane is: `offline` while it has no stream, `degraded` while it cannot serve what it should. */
export type InstanceStatus = 'healthy' | 'degraded' | 'offline';

/** Why a data plane refused a revision, as it is shown until it serves that one or a later one. */
export interface LastNack {
  readonly revision: number;
  readonly at: string;
  readonly errors: readonly {
    readonly kind: string;
    readonly id: string;
    readonly message: string;
    readonly field?: string;
  }[];
}

/** What a data plane says about itself, in the row of its instance. */
export interface ReportedStatus {
  readonly workers: number;
  /** Milliseconds since the epoch, by the clock of the control plane. */
  readonly started_at: number;
  readonly state: string;
  readonly reason: string;
  readonly listeners: readonly { readonly address: string; readonly port: number; readonly protocol: string }[];
  readonly load: Load | null;
  /** Nodes of upstreams that this data plane sends nothing to, because checks found them down; the first few of them. */
  readonly unhealthy_targets?: readonly {
    readonly upstream: string;
    readonly address: string;
    readonly reason: string;
  }[];
}

const ERRORS_MAX = 20;
const LISTENERS_MAX = 32;
const TARGETS_MAX = 100;
const TEXT_MAX = 500;

/** What is known of one data plane while its stream lasts. Every message of the stream changes it. */
export class InstanceRecord {
  readonly groupId: number;
  readonly hello: HelloMessage;
  readonly joinTokenId: string | null;
  /** By the database's clock, once the row is written; what tells this stream from an earlier or later one. */
  connectedAt: string | undefined;
  isOffline = false;
  lastSeen = performance.now();
  appliedRevision: number;
  digest: Uint8Array | null;
  lastNack: LastNack | null = null;
  status: ReportedStatus;
  readonly events = new EventQueue();

  constructor(groupId: number, hello: HelloMessage, { tokenId, labels }: Badge) {
    this.groupId = groupId;
    this.hello = { ...hello, labels: { ...hello.labels, ...labels } };
    this.joinTokenId = tokenId;
    this.appliedRevision = hello.applied_revision;
    // Of an older revision in service the digest is not told.
    this.digest = hello.applied_revision === hello.have_revision ? hello.have_digest : null;
    const { workers, started_at } = hello;
    this.status = { workers, started_at, state: 'starting', reason: '', listeners: [], load: null };
    this.events.add('connected', hello.applied_revision, { version: hello.version, hostname: hello.hostname });
  }

  get state(): InstanceStatus {
    if (this.isOffline) return 'offline';
    return this.status.state === 'ready' && !this.lastNack ? 'healthy' : 'degraded';
  }

  /** The row of the stream is written; a refusal that an earlier stream told of may still stand. */
  opened(connectedAt: string, earlierNack: LastNack | null): void {
    this.connectedAt = connectedAt;
    if (earlierNack && earlierNack.revision > this.appliedRevision) this.lastNack ??= earlierNack;
  }

  /** Takes in a message; a status that changes with it is an event. */
  receive(message: FromDataPlane): void {
    const before = this.state;
    this.#take(message);
    this.#tellStatus(before);
  }

  /** Nothing is heard of the data plane any more. */
  lose(): void {
    const before = this.state;
    this.isOffline = true;
    this.#tellStatus(before);
  }

  #tellStatus(before: InstanceStatus): void {
    const { state, status } = this;
    if (state !== before) this.events.add('status', null, { status: state, reason: status.reason });
  }

  #take({ ack, nack, health, metrics, drain }: FromDataPlane): void {
    this.lastSeen = performance.now();
    this.isOffline = false;
    if (ack) this.#acknowledge(ack);
    if (nack) this.#refuse(nack);
    if (health) this.#report(health);
    if (metrics) this.status = { ...this.status, load: loadOf(metrics) ?? this.status.load };
    if (drain?.draining)
      this.status = { ...this.status, state: 'draining', reason: `${drain.open_requests} requests open` };
  }

  #acknowledge({ revision, digest }: NonNullable<FromDataPlane['ack']>): void {
    this.appliedRevision = revision;
    this.digest = digest;
    this.events.add('ack', revision);
    if (this.lastNack && this.lastNack.revision <= revision) this.lastNack = null;
  }

  #refuse({ revision, errors, applied_revision: applied }: NonNullable<FromDataPlane['nack']>): void {
    this.appliedRevision = applied;
    const shown = errors.slice(0, ERRORS_MAX).map(({ kind, id, message, field }) => {
      return { kind, id, message: message.slice(0, TEXT_MAX), ...(field && { field: field.slice(0, TEXT_MAX) }) };
    });
    this.lastNack = { revision, at: new Date().toISOString(), errors: shown };
    this.events.add('nack', revision, { errors: shown, applied_revision: applied });
  }

  #report(health: NonNullable<FromDataPlane['health']>): void {
    const { state, reason, listeners, targets, uptime_ms: uptimeMs } = health;
    const shown = listeners.slice(0, LISTENERS_MAX).map(({ address, port, protocol }) => ({ address, port, protocol }));
    const started_at = Math.round(Date.now() - uptimeMs);
    const unhealthy_targets = targets
      .filter(({ healthy }) => !healthy)
      .slice(0, TARGETS_MAX)
      .map((target) => ({
        upstream: target.upstream.slice(0, TEXT_MAX),
        address: target.address.slice(0, TEXT_MAX),
        reason: target.reason.slice(0, TEXT_MAX),
      }));
    const told = { state, reason: reason.slice(0, TEXT_MAX), listeners: shown, unhealthy_targets };
    this.status = { ...this.status, ...told, started_at };
  }
}
