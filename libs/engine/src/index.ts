export { LogFile, type LogFileTrouble } from './access-log/log-file.ts';
export type { LogSink } from './access-log/access-log.ts';
export type { LogEscape } from './access-log/log-line.ts';
export type { CloseOptions, EngineOptions, RequestObserver } from './engine-options.ts';
export { createEngine, type Engine } from './engine.ts';
export { HealthMonitor, type HealthMonitorOptions } from './health/health-monitor.ts';
export {
  renderUpstreamStatus,
  type UnhealthyTarget,
  unhealthyTargets,
  type UpstreamHealthReport,
} from './health/health-report.ts';
export type { HealthBatch, HealthInput } from './health/watched-upstream.ts';
export type { Exchange } from './http/exchange.ts';
export { type ClientLimits, defaultLimits } from './http/limits.ts';
export type { PathRules } from './http/path-rules.ts';
export type { ListenOptions } from './listen/listener.ts';
export type { ListenAddress, ListenerSettings } from './listen/listeners.ts';
export { latencyBoundsMs } from './metrics/latency-buckets.ts';
export { MetricRegistry, type MetricSamples } from './metrics/prometheus.ts';
export { RouteTotals } from './metrics/route-totals.ts';
export type { MetricDelta, RouteDelta } from './metrics/route-metrics.ts';
export type { RouterMode } from './router/path-pattern.ts';
export {
  type ChangeBatch,
  type DumpedResource,
  dumpedResource,
  effectiveChanges,
  validateChanges,
} from './snapshot/config-admission.ts';
export type { ConfigStep } from './snapshot/config-step.ts';
export { ConfigStore, type StoredResource } from './snapshot/config-store.ts';
export type { ApplyOptions } from './snapshot/local-configuration.ts';
export type { SchemaOf } from './snapshot/lookup-keys.ts';
export type { ResourceInput } from './snapshot/resource.ts';
export type { ResourceError } from './snapshot/validate.ts';
export { OcspStapler, type OcspStaple, type OcspStaplerOptions } from './tls/ocsp/ocsp-stapler.ts';
export { defaultTlsSettings, type TlsSettings, type TlsVersion } from './tls/tls-settings.ts';
export type { DnsSettings } from './upstream/name-lookup.ts';
export { upstreamErrors } from './upstream/upstream.errors.ts';
export { upstreamNodes } from './upstream/upstream-node.ts';
