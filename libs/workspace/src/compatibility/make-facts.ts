import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject } from '@sluice/schema';
import { fieldFacts } from './field-facts.ts';
import { type Door, doors, type PluginFacts } from './plugin-facts.ts';

/**
 * Makes facts.json of the plugin schemas of a release of Apache APISIX (Apache-2.0), evaluated and written as one JSON file
 * per plugin: `node make-facts.ts <folder> <version>`, then `npm run format`. Only names, types, defaults and limits are kept.
 */
const [folder, version] = process.argv.slice(2);
if (folder === undefined || version === undefined) throw new Error('Usage: node make-facts.ts <folder> <version>');

/** Under which name a schema stands, and the list of what is encrypted of it. */
const keys: Readonly<Record<Door, string>> = {
  config: 'schema',
  consumer: 'consumer_schema',
  metadata: 'metadata_schema',
};

const plugins = readdirSync(folder)
  .filter((file) => file.endsWith('.schema.json'))
  .map((file) => factsOf(JSON.parse(readFileSync(join(folder, file), 'utf8')) as Record<string, unknown>))
  .sort((a, b) => `${a.name} ${a.subsystem}`.localeCompare(`${b.name} ${b.subsystem}`, 'en'));
const text = JSON.stringify({ origin: `Apache APISIX ${version} schemas`, plugins }, undefined, 1);
// One line per field: what a new release changes can then be read.
writeFileSync(join(import.meta.dirname, 'facts.json'), `${oneLinePerField(text)}\n`);

function factsOf(reference: Readonly<Record<string, unknown>>): PluginFacts {
  const { encrypt_fields: encrypted, name, kind, priority, auth, phases } = reference;
  return {
    name: String(name),
    subsystem: kind === 'stream' ? 'stream' : 'http',
    priority: Number(priority),
    phases: [...(phases as string[])].sort(),
    ...(auth === true && { type: 'auth' }),
    fields: Object.fromEntries(
      doors
        .filter((door) => door === 'config' || reference[keys[door]] !== undefined)
        .map((door) => [door, Object.fromEntries(fieldFacts(reference[keys[door]] ?? {}))]),
    ),
    encrypted: encryptedOf(isJsonObject(encrypted) ? encrypted : {}),
  };
}

function encryptedOf(lists: Readonly<Record<string, unknown>>): PluginFacts['encrypted'] {
  const found = doors.map((door) => [door, lists[keys[door]]] as const);
  return Object.fromEntries(found.filter(([, list]) => Array.isArray(list) && list.length > 0));
}

function oneLinePerField(json: string): string {
  return json.replaceAll(/^ {5}"[^"]+": \{\n[\s\S]*?^ {5}\}/gm, (field) => field.replaceAll(/\n\s*/g, ' '));
}
