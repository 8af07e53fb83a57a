import { Inject, Injectable } from '@nestjs/common';
import { isJsonObject, kinds, type KindName } from '@sluice/schema';
import { DataSource } from 'typeorm';
import { FleetCatalogue } from '../instances/fleet-catalogue.ts';
import { actionOf, type Effect, type ResourceKey } from '../resources/change-set.ts';
import { storedReference } from '../resources/references.ts';
import { Sealing } from '../sealing/sealing.ts';
import { type ChangeView, changeView } from './revision-view.ts';
import type { Version, VersionPair } from './version-rows.ts';

/** What a revision would do, for those who decide whether it shall. */
export interface EffectView {
  readonly changes: readonly ChangeView[];
  readonly counts: Readonly<Record<'create' | 'update' | 'delete', number>>;
  readonly truncated?: true;
  /** Resources that stay as they are and refer to what changes. */
  readonly referrers: readonly Referrer[];
  readonly referrers_total: number;
  readonly missing_plugins: readonly MissingPlugin[];
  readonly warnings: readonly string[];
}

interface Referrer extends ResourceKey {
  readonly refers_to: ResourceKey;
}

interface MissingPlugin {
  readonly plugin: string;
  readonly instances: readonly { readonly id: string; readonly version: string }[];
}

interface ReferrerRow extends ResourceKey {
  readonly refs: readonly string[];
  readonly total: number;
}

const CHANGES_MAX = 200;
const REFERRERS_MAX = 100;

/** Tells what a set of effects means beyond itself: what refers to it, and which data planes cannot run it. */
@Injectable()
export class EffectReport {
  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(FleetCatalogue) private readonly fleet: FleetCatalogue,
    @Inject(Sealing) private readonly sealing: Sealing,
  ) {}

  async of(group: { readonly id: number; readonly name: string }, effects: readonly Effect[]): Promise<EffectView> {
    const counts = { create: 0, update: 0, delete: 0 };
    for (const { before, after } of effects) counts[actionOf(before, after)] += 1;
    const [referrers, missing] = await Promise.all([
      this.#referrers(group.id, effects),
      this.#missingPlugins(group.name, effects),
    ]);
    return {
      changes: effects.slice(0, CHANGES_MAX).map((effect) => changeView(pairOfEffect(effect), this.sealing)),
      counts,
      ...(effects.length > CHANGES_MAX && { truncated: true as const }),
      ...referrers,
      missing_plugins: missing,
      warnings: warningsOf(effects),
    };
  }

  async #referrers(groupId: number, effects: readonly Effect[]) {
    const targets = new Map(effects.flatMap(({ kind, id, before }) => (before ? usesOf({ kind, id }) : [])));
    if (targets.size === 0) return { referrers: [], referrers_total: 0 };
    const changed = [effects.map(({ kind }) => kind), effects.map(({ id }) => id)];
    const rows: ReferrerRow[] = await this.database.query(REFERRERS, [groupId, [...targets.keys()], ...changed]);
    const referrers = rows.flatMap(({ kind, id, refs }): Referrer[] => {
      const target = refs.map((ref) => targets.get(ref)).find((found) => found !== undefined);
      return target ? [{ kind, id, refers_to: target }] : [];
    });
    return { referrers, referrers_total: rows[0]?.total ?? 0 };
  }

  async #missingPlugins(groupName: string, effects: readonly Effect[]): Promise<MissingPlugin[]> {
    const plugins = new Set(effects.flatMap(pluginsOf));
    const lacking = await this.fleet.lacking(groupName, [...plugins]);
    return [...plugins].sort().flatMap((plugin) => {
      const instances = lacking.filter(({ missing }) => missing.includes(plugin));
      return instances.length > 0 ? [{ plugin, instances: instances.map(({ id, version }) => ({ id, version })) }] : [];
    });
  }
}

const REFERRERS = `
  SELECT kind, id, refs, count(*) OVER () AS total FROM resource
  WHERE group_id = $1 AND refs <> '{}' AND refs && $2
    AND (kind, id) NOT IN (SELECT * FROM unnest($3::text[], $4::text[]))
  ORDER BY kind, id LIMIT ${REFERRERS_MAX}`;

/** The forms in which others have stored that they refer to a resource. */
function usesOf(key: { readonly kind: string; readonly id: string }): [string, ResourceKey][] {
  const target = { kind: key.kind as KindName, id: key.id };
  return [
    [storedReference(target, 'field'), key],
    [storedReference(target, 'plugin'), key],
  ];
}

function pluginsOf({ kind, after }: Effect): string[] {
  if (!after || !kinds.get(kind as KindName)?.pluginDoor) return [];
  const { plugins } = JSON.parse(after.body) as { readonly plugins?: unknown };
  return isJsonObject(plugins) ? Object.keys(plugins) : [];
}

function warningsOf(effects: readonly Effect[]): string[] {
  const written = effects
    .filter(({ after }) => after !== null)
    .map(({ kind }) => kinds.get(kind as KindName)?.notServed);
  return [...new Set(written.flatMap((warning) => (warning ? [warning] : [])))];
}

function pairOfEffect({ kind, id, before, after }: Effect): VersionPair {
  const versionOf = (resource: Effect['before'] | Effect['after']): Version =>
    resource
      ? { kind, id, body: resource.body, sealed: resource.sealed, hash: resource.hash }
      : { kind, id, body: null, sealed: null, hash: null };
  return { before: versionOf(before), after: versionOf(after) };
}
