import type { JsonObject } from '@sluice/schema';
import { compact, type Conversion } from '../convert/conversion.ts';
import type { Fields } from '../convert/fields.ts';
import { authPlugins } from './kong-auth-plugins.ts';
import { limitPlugins } from './kong-limit-plugins.ts';
import { loggingPlugins } from './kong-logging-plugins.ts';
import { transformPlugins } from './kong-transform-plugins.ts';

/** What a plugin becomes: its name here and its configuration. */
export interface ConvertedPlugin {
  readonly name: string;
  readonly config: JsonObject;
}

/** Converts the configuration of one plugin; undefined where it cannot be. What is lost it reports itself. */
export type PluginConversion = (config: Fields, conversion: Conversion) => ConvertedPlugin | undefined;

const conversions: Readonly<Record<string, PluginConversion>> = {
  ...authPlugins,
  ...limitPlugins,
  ...loggingPlugins,
  ...transformPlugins,
};

/**
 * Plugins that keep somebody out. Where one of them has no counterpart, what it protects is switched off rather than left
 * open to everybody.
 */
const protections = new Set([
  'acl',
  'basic-auth',
  'bot-detection',
  'hmac-auth',
  'ip-restriction',
  'jwt',
  'jwt-signer',
  'key-auth',
  'key-auth-enc',

  'ldap-auth',
  'ldap-auth-advanced',
  'mtls-auth',
  'oauth2',
  'oauth2-introspection',
  'opa',
  'openid-connect',
  'saml',

  'session',
  'vault-auth',
  'header-cert-auth',
  'request-validator',
  'injection-protection',
  'oas-validation',
  'jwe-decrypt',
]);

/** The plugins of one place, and whether something that protected it is missing from them. */
export interface ConvertedPlugins {
  readonly plugins: JsonObject;
  readonly isUnprotected: boolean;
}

/** Converts the plugins of a service, a route, a consumer or of everything. */
export function convertPlugins(sources: readonly Fields[], conversion: Conversion): ConvertedPlugins {
  const plugins: Record<string, JsonObject> = {};
  let isUnprotected = false;
  for (const source of sources) {
    const name = source.text('name') ?? '';
    const isEnabled = source.flag('enabled') !== false;
    const converted = convertPlugin(name, source, conversion);
    if (converted) plugins[converted.name] = isEnabled ? converted.config : disabled(converted.config);
    else isUnprotected ||= isEnabled && protections.has(name);
  }
  return { plugins, isUnprotected };
}

function convertPlugin(name: string, source: Fields, conversion: Conversion): ConvertedPlugin | undefined {
  source.ignore('id', 'created_at', 'updated_at', 'instance_name', 'tags', 'service', 'route', 'consumer');
  source.expect('protocols', ['http'], ['https'], ['http', 'https'], ['grpc', 'grpcs', 'http', 'https']);
  const config = source.object('config');
  source.finish();
  const convert = Object.hasOwn(conversions, name) ? conversions[name] : undefined;
  if (!convert) {
    conversion.dropped(source.path, `the plugin ${name} has no counterpart`);
    return undefined;
  }
  const converted = convert(config, conversion);
  if (!converted) return undefined;
  config.finish();
  if (conversion.hasPlugin(converted.name)) return { ...converted, config: compact(converted.config) };
  conversion.dropped(
    source.path,
    `the plugin ${name} would become ${converted.name}, which this version does not have`,
  );
  return undefined;
}

function disabled(config: JsonObject): JsonObject {
  return { ...config, _meta: { disable: true } };
}
