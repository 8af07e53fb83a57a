import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PluginSchema, Subsystem } from '@sluice/schema';
import { type FieldFacts, fieldFacts } from './field-facts.ts';

/** The schemas of a plugin by who writes the value: objects, consumers, the plugin's metadata. */
export const doors = ['config', 'consumer', 'metadata'] as const;

/** One of the schemas of a plugin. */
export type Door = (typeof doors)[number];

/** Fields by their path. */
export type Fields = Readonly<Record<string, FieldFacts>>;

/** What can be said of a plugin without its code. */
export interface PluginFacts {
  readonly name: string;
  readonly subsystem: Subsystem;
  readonly priority: number;
  /** In which it acts, sorted; undefined where nobody says. */
  readonly phases?: readonly string[];
  /** `auth` where it establishes consumers. */
  readonly type?: string;
  /** Fields of each schema; a schema that a plugin does not have is left out. */
  readonly fields: Readonly<Partial<Record<Door, Fields>>>;
  /** Paths of the fields that are encrypted. */
  readonly encrypted: Readonly<Partial<Record<Door, readonly string[]>>>;
}

/** The facts about the plugins of Apache APISIX, and which version they are of. */
export interface ReferenceFacts {
  readonly origin: string;
  readonly plugins: readonly PluginFacts[];
}

/** Reads the facts that `make-facts.ts` wrote. */
export function readReferenceFacts(): ReferenceFacts {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'facts.json'), 'utf8')) as ReferenceFacts;
}

/** The same facts of one of our plugins. */
export function factsOfPlugin(plugin: PluginSchema, subsystem: Subsystem = 'http'): PluginFacts {
  const fields = doors.map((door) => [door, fieldFacts(plugin[door])] as const);
  return {
    name: plugin.name,
    subsystem,
    priority: plugin.priority,
    ...(plugin.phases && { phases: [...plugin.phases].sort() }),
    ...(plugin.type && { type: plugin.type }),
    fields: Object.fromEntries(
      fields.filter(([door]) => plugin[door] !== undefined).map(([door, facts]) => [door, Object.fromEntries(facts)]),
    ),
    encrypted: plugin.secrets,
  };
}
