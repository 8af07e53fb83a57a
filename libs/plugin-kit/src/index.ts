export { type BatchOptions, BatchQueue } from './batch-queue.ts';
export {
  type BodyCapture,
  type BodyStream,
  type BodyTransform,
  captureBody,
  wholeBody,
  type WholeBodyChange,
} from './body-transform.ts';
export type { CacheRecord, CacheWriter, CacheZone, FetchTurn } from './cache-zone.ts';
export type {
  AttachedConsumer,
  ClientInfo,
  MatchedRoute,
  ReceivedHead,
  RequestContext,
  RequestTimes,
  RequestView,
  ResponseView,
} from './context.ts';
export { type AnyPlugin, definePlugin, type Plugin, type PluginSetup } from './define-plugin.ts';
export type { Endpoint, Endpoints, EndpointSetup } from './endpoint.ts';
export { bytesText, fieldTemplate, fieldText } from './field-text.ts';
export { grouped } from './grouped.ts';
export { connectionFields, type HeaderFields, type HeaderValue } from './header-fields.ts';
export { type Hooks, type Observe, type RequestPhase, requestPhases } from './hooks.ts';
export type { HttpClient, HttpClientOptions, HttpRequest, HttpResponse } from './http-client.ts';
export type {
  BucketState,
  Clock,
  ComposedPlugin,
  Concurrency,
  ConfigOwner,
  ConsumerDirectory,
  ConsumerMatch,
  Counters,
  Kit,
  Log,
  Metric,
  Metrics,
  Store,
  WindowState,
} from './kit.ts';
export { type Loaded, onDemand } from './on-demand.ts';
export { LossReport, type LossWords } from './loss-report.ts';
export {
  type Answer,
  type ClientBody,
  clientBody,
  type HeaderSource,
  type OutgoingRequest,
  SendError,
  type UpstreamOverrides,
  type UpstreamRef,
  type UpstreamTimeouts,
} from './outgoing.ts';
export { type MaybeReply, Refusal, relay, type Reply, reply, streamReply } from './reply.ts';
export { type Lease, Shared } from './shared.ts';
export { streamTransform } from './stream-transform.ts';
export type { HandledRequest } from './sub-request.ts';
export { waitFor } from './wait-for.ts';
