import type { Kit, UpstreamRef } from '@sluice/plugin-kit';

const portOf: Readonly<Record<string, number>> = { http: 80, https: 443, grpc: 80, grpcs: 443 };
const SECONDS_DEFAULT = 60;
const unitsOf: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600 };

/** The server that gets the copies, with the timeouts of the settings (`plugin_attr.proxy-mirror.timeout`). */
export function mirrorUpstream(host: string, kit: Pick<Kit, 'upstream' | 'attributes'>): UpstreamRef {
  const [, scheme = 'http', name = '', port] = /^(\w+):\/\/(.*?)(?::(\d+))?$/.exec(host) ?? [];
  const timeouts = (kit.attributes['timeout'] ?? {}) as Readonly<Record<string, unknown>>;
  const [connect, send, read] = ['connect', 'send', 'read'].map((which) => secondsOf(timeouts[which]));
  return kit.upstream({
    scheme,
    nodes: [{ host: name, port: port === undefined ? portOf[scheme] : Number(port), weight: 1 }],
    timeout: { connect, send, read },
    retries: 0,
  });
}

/** A time as nginx writes it (`500ms`, `60s`, `1m`), or a number of seconds. */
function secondsOf(value: unknown): number {
  const [, digits, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(String(value)) ?? [];
  const seconds = Number(digits) * (unitsOf[unit] ?? 1);
  return seconds > 0 ? seconds : SECONDS_DEFAULT;
}
