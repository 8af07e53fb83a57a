import type { Upstream } from '@sluice/schema';
import type { UpstreamNode } from '../upstream/upstream-node.ts';
import type { HealthChecks } from './health-checks.ts';
import { type TargetKey, targetKey } from './health-board.ts';

/** What is probed for a node. Nodes whose target and checks are the same share it, also across upstreams. */
export interface CheckTarget {
  readonly key: TargetKey;
  readonly host: string;
  readonly port: number;
  /** The name that the probe asks for. */
  readonly hostname: string;
  /** `host:port`. */
  readonly address: string;
}

/** The target of a node. */
export function checkTarget(
  node: Pick<UpstreamNode, 'host' | 'port'>,
  checks: HealthChecks,
  { pass_host: passHost, upstream_host: upstreamHost }: Partial<Upstream>,
): CheckTarget {
  const { host } = node;
  const port = checks.active.port ?? node.port;
  const hostname = checks.active.host ?? (passHost === 'rewrite' ? upstreamHost : undefined) ?? host;
  const address = `${host}:${port}`;
  return { key: targetKey(`${address}\n${hostname}\n${checks.identity}`), host, port, hostname, address };
}
