import { checkCertificates, checkKeyPair, checkPublicKey, publicJwkOf } from '@sluice/certificates';
import { checkExpression, checkPattern } from '@sluice/expr';
import { checkFunction } from '@sluice/functions';
import { checkJsonSchema } from '@sluice/json-schema';
import { check, checkPluginsOf, isJsonObject, type KindName, kinds, type ResourceKind } from '@sluice/schema';
import { checkTemplate } from '@sluice/templates';
import type { AnyPluginSchema } from '../pipeline/plugin-registry.ts';
import type { ResourceInput } from './resource.ts';

/** Why a resource keeps a change from being served. */
export interface ResourceError {
  readonly kind: string;
  readonly id: string;
  readonly message: string;
  /** JSON pointer of the offending field, where one is known. */
  readonly field?: string;
}

const hooks = {
  checkVars: checkExpression,
  checkPattern,
  checkFunction,
  checkCertificates,
  checkKeyPair,
  checkPublicKey,
  publicJwkOf,
  checkSchema: checkJsonSchema,
  checkTemplate,
};

/** What keeps a resource that says `value` from being served, or undefined. Kinds without a schema are not looked into. */
export function validate(
  input: ResourceInput,
  value: unknown,
  schemaOf: (plugin: string) => AnyPluginSchema | undefined,
): ResourceError | undefined {
  const { kind: kindName, id } = input;
  if (!isJsonObject(value)) return { kind: kindName, id, message: 'is not a JSON object' };
  const kind = kinds.get(kindName as KindName);
  const issue = kind && kindIssue(kind, value, schemaOf);
  return issue && { kind: kindName, id, ...issue };
}

type Issue = { message: string; field?: string } | undefined;

function kindIssue(
  kind: ResourceKind,
  value: Record<string, unknown>,
  schemaOf: (plugin: string) => AnyPluginSchema | undefined,
): Issue {
  const before = kind.preChecks?.(value, hooks);
  if (before !== undefined) return { message: before };
  const issue = check(kind.schema, value);
  if (issue) return { message: `invalid configuration: ${issue.message}`, field: issue.path };
  const after = kind.extraChecks?.(value, hooks);
  if (after !== undefined) return { message: after };
  const plugin = checkPluginsOf(kind, value, schemaOf, hooks);
  return plugin ? { message: plugin.message, field: plugin.path } : undefined;
}
