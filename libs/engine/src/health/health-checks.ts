import { canonicalJson, isJsonObject, type JsonValue, type Upstream } from '@sluice/schema';

/** How often a status, or what else happened, decides. */
export interface Limits {
  readonly successes: number;
  readonly httpFailures: number;
  readonly tcpFailures: number;
  readonly timeouts: number;
}

/** Probes that the gateway sends. */
export interface ActiveChecks {
  readonly type: 'http' | 'https' | 'tcp';
  readonly timeoutMs: number;
  readonly concurrency: number;
  /** The Host of a probe; the node's own where there is none. */
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly headers: readonly string[];
  readonly verifiesCertificate: boolean;
  readonly healthyIntervalMs: number;
  readonly unhealthyIntervalMs: number;
  readonly verdicts: StatusVerdicts;
  readonly limits: Limits;
}

/** What is concluded from traffic. */
export interface PassiveChecks {
  readonly verdicts: StatusVerdicts;
  readonly limits: Limits;
}

/** How the health of the nodes of an upstream is found out. */
export interface HealthChecks {
  readonly active: ActiveChecks;
  readonly passive: PassiveChecks | null;
  /** The same for checks that do the same. */
  readonly identity: string;
}

type Fields = Readonly<Record<string, unknown>>;
const none: Fields = {};

const activeStatuses = { healthy: [200, 302], unhealthy: [429, 404, 500, 501, 502, 503, 504, 505] };
const passiveStatuses = {
  healthy: [200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304, 305, 306, 307, 308],
  unhealthy: [429, 500, 503],
};
const activeLimits: Limits = { successes: 2, httpFailures: 5, tcpFailures: 2, timeouts: 3 };
const passiveLimits: Limits = { successes: 5, httpFailures: 5, tcpFailures: 2, timeouts: 7 };
/** Longer than a day nobody waits for a node to be looked at; a timer could not hold much more. */
const intervalSecondsMax = 86_400;

/** The checks of an upstream, defaults filled; null where it has none. */
export function healthChecks({ checks }: Partial<Upstream>): HealthChecks | null {
  const active = objectOf(checks, 'active');
  if (active === none) return null;
  const passive = isJsonObject(checks) && isJsonObject(checks['passive']) ? checks['passive'] : null;
  return {
    active: activeChecks(active),
    passive: passive && {
      verdicts: new StatusVerdicts(statusesOf(passive, passiveStatuses)),
      limits: limitsOf(passive, passiveLimits),
    },
    identity: canonicalJson([active, passive] as JsonValue[]),
  };
}

function activeChecks(active: Fields): ActiveChecks {
  const type = active['type'];
  const headers = active['req_headers'];
  return {
    type: type === 'https' || type === 'tcp' ? type : 'http',
    timeoutMs: Math.max(secondsOf(active, 'timeout') * 1000, 1),
    concurrency: Math.max(numberOf(active, 'concurrency', 10), 1),
    host: textOf(active, 'host'),
    port: typeof active['port'] === 'number' ? active['port'] : undefined,
    method: textOf(active, 'http_method') ?? 'GET',
    path: textOf(active, 'http_path') ?? '/',
    body: textOf(active, 'http_req_body') ?? '',
    headers: Array.isArray(headers) ? headers.filter((line) => typeof line === 'string') : [],
    verifiesCertificate: active['https_verify_certificate'] !== false,
    healthyIntervalMs: secondsOf(objectOf(active, 'healthy'), 'interval') * 1000,
    unhealthyIntervalMs: secondsOf(objectOf(active, 'unhealthy'), 'interval') * 1000,
    verdicts: new StatusVerdicts(statusesOf(active, activeStatuses)),
    limits: limitsOf(active, activeLimits),
  };
}

/** What a status says of a node: nothing, for most. A status that is listed as both is a success. */
export class StatusVerdicts {
  readonly #table = new Uint8Array(1000);

  constructor({
    healthy,
    unhealthy,
  }: {
    readonly healthy: readonly unknown[];
    readonly unhealthy: readonly unknown[];
  }) {
    for (const status of unhealthy) this.#table[Number(status)] = 2;
    for (const status of healthy) this.#table[Number(status)] = 1;
  }

  isSuccess(status: number): boolean {
    return this.#table[status] === 1;
  }

  isFailure(status: number): boolean {
    return this.#table[status] === 2;
  }
}

function statusesOf(
  checks: Fields,
  defaults: { readonly healthy: readonly number[]; readonly unhealthy: readonly number[] },
) {
  const listed = (name: 'healthy' | 'unhealthy'): readonly unknown[] => {
    const statuses = objectOf(checks, name)['http_statuses'];
    return Array.isArray(statuses) ? statuses : defaults[name];
  };
  return { healthy: listed('healthy'), unhealthy: listed('unhealthy') };
}

function limitsOf(checks: Fields, defaults: Limits): Limits {
  const [healthy, unhealthy] = [objectOf(checks, 'healthy'), objectOf(checks, 'unhealthy')];
  return {
    successes: numberOf(healthy, 'successes', defaults.successes),
    httpFailures: numberOf(unhealthy, 'http_failures', defaults.httpFailures),
    tcpFailures: numberOf(unhealthy, 'tcp_failures', defaults.tcpFailures),
    timeouts: numberOf(unhealthy, 'timeouts', defaults.timeouts),
  };
}

function objectOf(value: unknown, name: string): Fields {
  const inner = isJsonObject(value) ? value[name] : undefined;
  return isJsonObject(inner) ? inner : none;
}

function numberOf(fields: Fields, name: string, otherwise: number): number {
  const value = fields[name];
  return typeof value === 'number' ? value : otherwise;
}

function secondsOf(fields: Fields, name: string): number {
  return Math.min(numberOf(fields, name, 1), intervalSecondsMax);
}

function textOf(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  return typeof value === 'string' ? value : undefined;
}
