import { isJsonObject, type JsonObject, type JsonValue } from '@sluice/schema';
import { Conversion, type Converted, type HasPlugin } from '../convert/conversion.ts';
import { Fields } from '../convert/fields.ts';
import { convertCertificates } from './kong-certificates.ts';
import { convertConsumers } from './kong-consumers.ts';
import { attachedPlugins, type PluginsByOwner } from './kong-owners.ts';
import { convertPlugins } from './kong-plugins.ts';
import { convertServices } from './kong-services.ts';
import { collectUpstreams } from './kong-upstreams.ts';

/** Whether a value is a declarative configuration of Kong. */
export function isKong(value: unknown): value is JsonObject {
  return isJsonObject(value) && '_format_version' in value;
}

/** Entities of Kong that have no counterpart at all. */
const foreign = ['ca_certificates', 'consumer_groups', 'filter_chains', 'keys', 'key_sets', 'licenses', 'vaults'];

/**
 * Turns Kong's declarative configuration into resources. Whatever has no counterpart is named in the report. Where a plugin
 * that keeps somebody out cannot be converted, the routes behind it are switched off: an import opens no door that was shut.
 */
export function convertKong(document: JsonValue, hasPlugin: HasPlugin): Converted {
  const conversion = new Conversion(hasPlugin);
  const root = new Fields(isJsonObject(document) ? (document as JsonObject) : {}, '', conversion);
  root.ignore('_format_version', '_transform', '_comment', '_ignore', '_info', '_konnect', '_workspace');
  reportForeign(root, conversion);
  const upstreams = collectUpstreams(root, conversion);
  const owners = attachedPlugins(root, conversion);
  const isGlobalUnprotected = addGlobalRules(owners, conversion);
  convertServices(root, { conversion, upstreams, owners, isUnprotected: isGlobalUnprotected });
  convertConsumers(root, owners, conversion);
  convertCertificates(root, conversion);
  upstreams.addRest();
  owners.finish();
  root.finish();
  conversion.note(
    '',
    'of several routes that match, the one with the longest path is taken, then the one with the highest priority',
  );
  return conversion.finish();
}

function reportForeign(root: Fields, conversion: Conversion): void {
  for (const name of foreign) {
    const entities = root.take(name);
    const count = Array.isArray(entities) ? entities.length : 0;
    if (count > 0) conversion.dropped(`/${name}`, `${name} (${count}) have no counterpart`);
  }
}

/** One global rule per plugin, so that each can be changed by itself. */
function addGlobalRules(owners: PluginsByOwner, conversion: Conversion): boolean {
  let isUnprotected = false;
  for (const source of owners.global) {
    const converted = convertPlugins([source], conversion);
    isUnprotected ||= converted.isUnprotected;
    for (const [name, config] of Object.entries(converted.plugins)) {
      conversion.add('global_rule', name, { plugins: { [name]: config as JsonValue } }, source.path);
    }
  }
  return isUnprotected;
}
