export { default as Type, type Static, type TSchema } from 'typebox';
export { choice, titled, type ChoiceOptions } from './defs/choice.ts';
export { HealthChecks } from './defs/health-check.ts';
export { Description, Id, Labels, Name, Plugins, idPattern } from './defs/identity.ts';
export { Cidr, Host, Hosts, HttpMethod, Timeout, hostPattern, httpMethods } from './defs/network.ts';
export { Nodes, UpstreamNodeSchema, type UpstreamNode } from './defs/nodes.ts';
export {
  checkPluginConfig,
  checkPlugins,
  checkPluginsOf,
  type PluginIssue,
  pluginRefusal,
} from './define/check-plugins.ts';
export {
  defineKind,
  type KindDefinition,
  type KindMethod,
  type KindName,
  type KindParent,
  type PluginDoor,
  type ResourceKind,
  type Rule,
  type RuleHooks,
} from './define/kind.ts';
export { agreementMembers, type AgreementMember } from './define/plugin-agreement.ts';
export { isSwitchedOff, pluginMetaSchema, type PluginMeta } from './define/plugin-meta.ts';
export {
  definePluginSchema,
  type Difference,
  type PluginAgreement,
  type PluginConfigOf,
  type PluginConsumerOf,
  type PluginMetadataOf,
  type PluginPhase,
  type PluginSchema,
  type PluginSchemaDefinition,
  type PluginSecrets,
  type Subsystem,
} from './define/plugin-schema.ts';
export { identityOf, ownIdOf, parentIdOf } from './define/resource-id.ts';
export { resourceSecrets, secretPatterns } from './define/resource-secrets.ts';
export { type MetadataFallback, metadataFallbacks } from './define/metadata-fallbacks.ts';
export { docsTable } from './export/docs-table.ts';
export { stripAnnotations } from './export/strip-annotations.ts';
export { canonicalJson } from './json/canonical-json.ts';
export { JsonError } from './json/json-error.ts';
export { copyJson, equalJson, isJsonObject, setOwn, type JsonObject, type JsonValue } from './json/json-value.ts';
export { jsonDepthMax, parseJson } from './json/parse-json.ts';
export { getPointer, pointerKeys, pointerOf, setPointer } from './json/pointer.ts';
export { redacted } from './json/redacted.ts';
export { redact, restoreRedacted, secretPointers, type Restored } from './json/redaction.ts';
export { ConsumerGroupSchema, consumerGroupKind, type ConsumerGroup } from './kinds/consumer-group.ts';
export { ConsumerSchema, consumerKind, type Consumer } from './kinds/consumer.ts';
export { CredentialSchema, credentialKind, type Credential } from './kinds/credential.ts';
export { GlobalRuleSchema, globalRuleKind, type GlobalRule } from './kinds/global-rule.ts';
export {
  GraphqlCostDecorationSchema,
  graphqlCostDecorationKind,
  type GraphqlCostDecoration,
} from './kinds/graphql-cost-decoration.ts';
export { PluginConfigSchema, pluginConfigKind, type PluginConfig } from './kinds/plugin-config.ts';
export { PluginMetadataSchema, pluginMetadataKind, type PluginMetadata } from './kinds/plugin-metadata.ts';
export { ProtoSchema, protoKind, type Proto } from './kinds/proto.ts';
export { namedSecretPatterns } from './kinds/named-secret-patterns.ts';
export { childKindsOf, kindByPlural, kinds, storagePath, warningsOf } from './kinds/registry.ts';
export { RouteSchema, routeKind, type Route } from './kinds/route.ts';
export { SecretSchema, secretKind, type SecretManagerConfig } from './kinds/secret.ts';
export { ServiceSchema, serviceKind, type Service } from './kinds/service.ts';
export { SslSchema, sslKind, type Ssl } from './kinds/ssl.ts';
export { StreamRouteSchema, streamRouteKind, type StreamRoute } from './kinds/stream-route.ts';
export { findUnserved, unservedFields, type UnservedField } from './kinds/unserved.ts';
export { UpstreamSchema, upstreamKind, type Upstream } from './kinds/upstream.ts';
export { check, checkAll, issuesMax, parse, withDefaults } from './validate/check.ts';
export { isCidr, isIpv4, isIpv6 } from './validate/formats.ts';
export { SchemaError, type SchemaIssue } from './validate/issue.ts';
export { numberText } from './validate/number-keywords.ts';
export {
  type EnvReference,
  isSecretReference,
  type MalformedReference,
  type ManagedReference,
  parseSecretReference,
  type SecretReference,
} from './validate/secret-reference.ts';
export { type ExplainRequest, ExplainRequestSchema } from './explain/explain-request.ts';
export type {
  ExplainedUpstream,
  Explanation,
  LosingRoute,
  LostBy,
  PluginStep,
  UpstreamTry,
} from './explain/explanation.ts';
