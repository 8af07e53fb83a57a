import { isJsonObject, type JsonObject, type JsonValue } from '@sluice/schema';
import type { OperationContext } from './operations.ts';

/** Schemes that are needed together, with their scopes. */
export type Requirement = JsonObject;

/** What asks callers of an operation who they are. */
export interface Authentication {
  readonly plugins: JsonObject;
  /** The operation asks for something that has no counterpart: it must not be open instead. */
  readonly isMissing: boolean;
}

const none: Authentication = { plugins: {}, isMissing: false };

/** The alternatives of a `security` field; one that asks for nothing means that everybody may call. */
export function requirementsOf(security: JsonValue | undefined): readonly Requirement[] {
  return Array.isArray(security) ? (security.filter(isJsonObject) as Requirement[]) : [];
}

/** The plugins for the first alternative that can be had here. */
export function authenticationOf(
  security: readonly Requirement[],
  context: OperationContext,
  place: string,
): Authentication {
  if (security.length === 0 || security.some((requirement) => Object.keys(requirement).length === 0)) return none;
  const alternatives = security.map((requirement) => pluginsOf(requirement, context));
  const at = alternatives.findIndex((plugins) => plugins !== undefined);
  const plugins = alternatives[at];
  const { conversion } = context;
  if (!plugins) {
    const names = [...new Set(security.flatMap((requirement) => Object.keys(requirement)))].join(', ');
    conversion.dropped(
      `${place}/security`,
      `the route is switched off, because it asks for ${names}, which has no counterpart here`,
    );
    return { plugins: {}, isMissing: true };
  }
  if (security.length > 1) {
    const taken = Object.keys(security[at] ?? {}).join(' and ');
    conversion.changed(`${place}/security`, `of several ways to prove who calls, only ${taken} is taken`);
  }
  return { plugins, isMissing: false };
}

function pluginsOf(requirement: Requirement, context: OperationContext): JsonObject | undefined {
  const schemes = isJsonObject(context.schemes) ? (context.schemes as JsonObject) : {};
  const plugins: Record<string, JsonObject> = {};
  for (const name of Object.keys(requirement)) {
    const scheme = context.resolver.object(schemes[name] as JsonValue | undefined);
    const plugin = scheme && pluginFor(scheme);
    if (!plugin || !context.conversion.hasPlugin(plugin.name)) return undefined;
    plugins[plugin.name] = plugin.config;
  }
  return plugins;
}

/** What a scheme becomes. OAuth and OpenID Connect need a client of their own, which a document does not name. */
function pluginFor({ type, scheme, in: place, name }: JsonObject): { name: string; config: JsonObject } | undefined {
  if (type === 'apiKey' && typeof name === 'string') {
    if (place === 'header') return { name: 'key-auth', config: { header: name } };
    return place === 'query' ? { name: 'key-auth', config: { query: name } } : undefined;
  }
  if (type !== 'http' || typeof scheme !== 'string') return undefined;
  const word = scheme.toLowerCase();
  if (word === 'basic') return { name: 'basic-auth', config: {} };
  return word === 'bearer' ? { name: 'jwt-auth', config: {} } : undefined;
}
