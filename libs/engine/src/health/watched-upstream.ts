import { check, isJsonObject, UpstreamSchema, type Upstream, withDefaults } from '@sluice/schema';
import { upstreamNodes } from '../upstream/upstream-node.ts';
import { type CheckTarget, checkTarget } from './check-target.ts';
import { healthChecks, type HealthChecks } from './health-checks.ts';

/** A resource as it changed. */
export interface HealthInput {
  readonly kind: string;
  readonly id: string;
  /** JSON; null where it was deleted. */
  readonly body: Uint8Array | null;
}

/** Changes that belong together. A snapshot replaces everything; a delta changes what it names. */
export interface HealthBatch {
  readonly type: 'snapshot' | 'delta';
  readonly changes: readonly HealthInput[];
}

/** An upstream whose nodes are to be checked, as the configuration has it. */
export interface CheckedUpstream {
  readonly kind: string;
  readonly id: string;
  readonly checks: HealthChecks;
  /** Each once, in the order of the nodes. */
  readonly targets: readonly CheckTarget[];
}

/** Kinds that are or carry an upstream. */
const carriers: ReadonlySet<string> = new Set(['upstream', 'service', 'route']);
const needle = Buffer.from('"checks"');

/** Whether a resource of this kind can have checks. */
export function mayHaveChecks(kind: string): boolean {
  return carriers.has(kind);
}

/** What is to be checked for a resource; null for nearly all of them, at the price of a look at the bytes. */
export function checkedUpstream({ kind, id, body }: HealthInput): CheckedUpstream | null {
  const bytes = body === null ? null : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (bytes === null || !bytes.includes(needle)) return null;
  const upstream = upstreamIn(kind, decoded(bytes));
  // What is invalid is not served either.
  if (upstream === null || check(UpstreamSchema, upstream)) return null;
  const spec = withDefaults(UpstreamSchema, upstream) as Partial<Upstream>;
  const checks = healthChecks(spec);
  if (!checks) return null;
  const nodes = upstreamNodes(spec.nodes, spec.scheme ?? 'http');
  const targets = new Map(
    nodes.map((node) => checkTarget(node, checks, spec)).map((target) => [target.address, target]),
  );
  return { kind, id, checks, targets: [...targets.values()] };
}

/** The upstream that a resource is or carries. What is switched off sends no traffic, and needs no probes. */
function upstreamIn(kind: string, value: unknown): Record<string, unknown> | null {
  if (!isJsonObject(value) || value['status'] === 0) return null;
  const upstream = kind === 'upstream' ? value : value['upstream'];
  return isJsonObject(upstream) ? upstream : null;
}

function decoded(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    // Whoever serves the configuration reports it by name.
    return undefined;
  }
}
