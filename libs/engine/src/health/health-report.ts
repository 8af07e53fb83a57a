import type { HealthBoard } from './health-board.ts';
import type { HealthMonitor, WatchedTarget, WatchedUpstream } from './health-monitor.ts';
import { countsOf, isServingWord, stateOf, type TargetState } from './target-state.ts';

/** The health of one node, in the form of the compatible control API. */
export interface NodeHealthReport {
  readonly ip: string;
  readonly port: number;
  readonly hostname: string;
  readonly status: TargetState;
  readonly counter: {
    readonly success: number;
    readonly http_failure: number;
    readonly tcp_failure: number;
    readonly timeout_failure: number;
  };
}

/** The health of an upstream's nodes, in the form of the compatible control API. */
export interface UpstreamHealthReport {
  /** `/upstreams/1`. */
  readonly name: string;
  readonly type: 'http' | 'https' | 'tcp';
  readonly nodes: readonly NodeHealthReport[];
}

/** A target that gets no traffic, and why. */
export interface UnhealthyTarget {
  /** `upstream 1`. */
  readonly upstream: string;
  readonly address: string;
  readonly healthy: false;
  readonly reason: string;
}

export function upstreamReport(
  { kind, id, checks, targets }: WatchedUpstream,
  board: HealthBoard,
): UpstreamHealthReport {
  const nodes = targets.map((target) => nodeReport(target, board));
  return { name: `/${kind}s/${id}`, type: checks.active.type, nodes };
}

function nodeReport({ target, slot }: WatchedTarget, board: HealthBoard): NodeHealthReport {
  const word = slot < 0 ? 0 : board.word(slot);
  const { success, http, tcp, timeout } = countsOf(word);
  return {
    ip: target.host,
    port: target.port,
    hostname: target.hostname,
    status: stateOf(word),
    counter: { success, http_failure: http, tcp_failure: tcp, timeout_failure: timeout },
  };
}

/** Targets that get no traffic, one entry for each upstream that has them; the first `limit` of them. */
export function unhealthyTargets(monitor: HealthMonitor, limit: number): UnhealthyTarget[] {
  const found: UnhealthyTarget[] = [];
  for (const { target, slot, users, detail } of monitor.targets()) {
    if (found.length >= limit) break;
    const word = slot < 0 ? 0 : monitor.board.word(slot);
    if (isServingWord(word)) continue;
    const reason = [describeFailure(word), detail].filter((text) => text !== '').join(': ');
    for (const { kind, id } of users)
      found.push({ upstream: `${kind} ${id}`, address: target.address, healthy: false, reason });
  }
  return found.slice(0, limit);
}

/** What took a target out, as far as it was counted. */
export function describeFailure(word: number): string {
  const { http, tcp, timeout } = countsOf(word);
  const parts = [
    [http, 'failing status'],
    [tcp, 'failed connection'],
    [timeout, 'timeout'],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${count} × ${what}`)
    .join(', ');
}

const seriesMax = 10_000;

/** How metrics are named, and the resources in them. */
export interface StatusNaming {
  readonly metricPrefix: string;
  readonly namePrefix: string;
}

/** The gauge `upstream_status` in the text format of Prometheus: 1 where a node gets traffic. */
export function renderUpstreamStatus(monitor: HealthMonitor, { metricPrefix, namePrefix }: StatusNaming): string {
  const metric = `${metricPrefix}upstream_status`;
  const lines: string[] = [];
  for (const upstream of monitor.upstreams.values()) {
    const name = `${namePrefix}/${upstream.kind}s/${upstream.id}`;
    for (const { target, slot } of upstream.targets) {
      if (lines.length >= seriesMax) break;
      const value = monitor.board.isServing(slot) ? 1 : 0;
      lines.push(`${metric}{name="${name}",ip="${target.host}",port="${target.port}"} ${value}\n`);
    }
  }
  if (lines.length === 0) return '';
  const help = `# HELP ${metric} Whether a node gets traffic, as health checks have it\n`;
  return `${help}# TYPE ${metric} gauge\n${lines.join('')}`;
}
