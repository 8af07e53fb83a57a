export {
  type CommandHandler,
  controlPlaneSource,
  type ControlPlaneLink,
  type ControlPlaneSourceOptions,
} from './control-plane-source.ts';
export { formatJoinToken, JOIN_SECRET_KEY, type JoinToken, parseJoinToken, publicKeySha256 } from './join-token.ts';
export type {
  ChangeMessage,
  CommitMessage,
  FromDataPlane,
  HealthMessage,
  HelloMessage,
  MetricDeltaMessage,
  ResourceErrorMessage,
  RouteMetricsMessage,
  ToDataPlane,
} from './messages.ts';
export {
  configSyncService,
  ConfigSyncClientClass,
  type ControlPlaneStream,
  type DataPlaneStream,
  encode,
  type Encoded,
} from './service.ts';
