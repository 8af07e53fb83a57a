import { checkAll, isJsonObject, isSwitchedOff, pluginMetaSchema, pointerOf } from '@sluice/schema';
import type { Issue } from '../../api/errors.ts';
import { pluginDoor } from '../../api/plugin-door.ts';
import type { JsonRecord, Kind, Plugin } from '../../api/types.ts';
import { issuesAt, issuesOf } from '../../schema-form/issues.ts';
import type { Schema } from '../../schema-form/schema.ts';
import { missingId } from './draft.ts';
import { shapeOf } from './kind-shape.ts';

/** The same schema, as the form model reads any schema. */
const metaSchema: Schema = JSON.parse(JSON.stringify(pluginMetaSchema));

/** Everything that can be said about a draft without asking the control plane. */
export function checkDraft(known: Kind, plugins: readonly Plugin[], draft: JsonRecord): Issue[] {
  const kind = shapeOf(known, plugins, draft);
  const noId = missingId(draft, kind);
  const idPath = pointerOf([kind.id_field]);
  const own = issuesOf(kind.schema, draft, checkAll).filter(({ path }) => !(noId && path === idPath));
  return [...(noId ? [{ path: idPath, message: noId }] : []), ...own, ...pluginIssues(kind, plugins, draft['plugins'])];
}

function pluginIssues(kind: Kind, plugins: readonly Plugin[], configured: unknown): Issue[] {
  if (kind.plugin_door === null || !isJsonObject(configured)) return [];
  return Object.entries(configured).flatMap(([name, config]) => {
    const plugin = plugins.find((known) => known.name === name);
    // An unknown plugin is the control plane's to judge: its catalogue may be newer than the page.
    return plugin ? issuesAt(configIssues(kind, plugin, config), pointerOf(['plugins', name])) : [];
  });
}

const found = new WeakMap<object, WeakMap<object, Issue[]>>();

/** What was found is kept with the configuration: a key that is pressed in one plugin does not check all the others. */
function configIssues(kind: Kind, plugin: Plugin, config: unknown): Issue[] {
  if (!isJsonObject(config)) return freshIssues(kind, plugin, config);
  const { schema } = pluginDoor(plugin, kind);
  const known = found.get(schema) ?? new WeakMap<object, Issue[]>();
  found.set(schema, known);
  const issues = known.get(config) ?? freshIssues(kind, plugin, config);
  known.set(config, issues);
  return issues;
}

function freshIssues(kind: Kind, plugin: Plugin, config: unknown): Issue[] {
  if (!isJsonObject(config)) return [{ path: '', message: 'A plugin is configured by an object.' }];
  const { _meta: meta, ...own } = config;
  const metaIssues = meta === undefined ? [] : issuesAt(issuesOf(metaSchema, meta, checkAll), '/_meta');
  // A plugin that is switched off may be configured in any way.
  if (isSwitchedOff(config)) return metaIssues;
  return [...metaIssues, ...issuesOf(pluginDoor(plugin, kind).schema, own, checkAll)];
}
