export type {
  AttachedConsumer,
  ClientInfo,
  MatchedRoute,
  RequestContext,
  RequestTimes,
  RequestView,
  ResponseView,
} from './context.ts';
export { type AnyPlugin, definePlugin, type Plugin, type PluginSetup } from './define-plugin.ts';
export type { HeaderFields, HeaderValue } from './header-fields.ts';
export { type BodyTransform, type Hooks, type Observe, type RequestPhase, requestPhases } from './hooks.ts';
export type {
  Clock,
  ConfigOwner,
  ConsumerDirectory,
  ConsumerMatch,
  Counters,
  Kit,
  Log,
  Metric,
  Metrics,
  WindowState,
} from './kit.ts';
export { type MaybeReply, type Reply, reply } from './reply.ts';
