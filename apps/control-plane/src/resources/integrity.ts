import { kinds, type KindName, type MetadataFallback } from '@sluice/schema';
import type { QueryRunner } from 'typeorm';
import { Refusal } from '../http/refusal.ts';
import type { Claim } from '../kinds/claims.ts';
import { keyOf, type Effect, type ResourceKey } from './change-set.ts';
import { requireFallbacks } from './metadata-fallbacks.ts';
import { type Reference, storedReference } from './references.ts';
import { existingKeys } from './resource-rows.ts';
import type { SealedBody } from '../sealing/sealing.ts';

/** An effect, what must hold after it, and where in the request it was asked for. */
export interface Demand {
  readonly effect: Effect;
  readonly references: readonly Reference[];
  readonly claims: readonly Claim[];
  /** What its plugins leave to their metadata; nobody asks where a state of the past comes back. */
  readonly fallbacks?: readonly MetadataFallback[];
  /** JSON pointer of the value in the request; empty where the request is the value. */
  readonly path: string;
}

/** Where integrity is checked: inside the transaction that holds the group's lock. */
export interface IntegrityScope {
  readonly db: QueryRunner;
  readonly groupId: number;
}

/** Throws a Refusal unless the state after the demands is whole. `force` deletes also what is still in use. */
export async function checkIntegrity(scope: IntegrityScope, demands: readonly Demand[], force: boolean): Promise<void> {
  await requireReferences(scope, demands);
  await requireFallbacks(scope, demands);
  if (!force) await refuseDeletionsInUse(scope, demands);
  await refuseSharedClaims(scope, demands);
  await refuseDisagreements(scope, demands);
}

async function requireReferences({ db, groupId }: IntegrityScope, demands: readonly Demand[]): Promise<void> {
  const exists = new Map(demands.map(({ effect }) => [keyOf(effect), effect.after !== null]));
  const unknown = demands.flatMap(({ references }) => required(references)).filter((ref) => !exists.has(keyOf(ref)));
  if (unknown.length > 0) {
    for (const key of await existingKeys(db, groupId, unknown)) exists.set(key, true);
    await refuseServerCertificates({ db, groupId }, demands);
  }
  for (const { references, path } of demands) {
    const missing = required(references).find((reference) => !exists.get(keyOf(reference)));
    if (missing) throw missingReference(missing).within(path);
  }
}

/** What a plugin names may come later, or go with force: the plugin knows what to do without. */
function required(references: readonly Reference[]): Reference[] {
  return references.filter(({ type }) => type !== 'plugin');
}

/** Only a certificate of type `client` can be shown to an upstream. */
async function refuseServerCertificates({ db, groupId }: IntegrityScope, demands: readonly Demand[]): Promise<void> {
  const changed = new Set(demands.map(({ effect }) => keyOf(effect)));
  const wanted = demands
    .flatMap(({ references, path }) => references.map((reference) => ({ ...reference, path })))
    .filter((reference) => reference.kind === 'ssl' && !changed.has(keyOf(reference)));
  const ids = wanted.map(({ id }) => id);
  if (ids.length === 0) return;
  const select = `SELECT id FROM resource
    WHERE group_id = $1 AND kind = 'ssl' AND id = ANY($2) AND coalesce(body::json->>'type', 'server') <> 'client' LIMIT 1`;
  const [wrong]: { id: string }[] = await db.query(select, [groupId, ids]);
  const reference = wanted.find(({ id }) => id === wrong?.id);
  if (!reference) return;
  const { id, field, path } = reference;
  throw new Refusal('INVALID', `failed to fetch ssl info by ssl id [${id}], wrong ssl type`, { field }).within(path);
}

function missingReference({ kind, id, field, type }: Reference): Refusal {
  if (type === 'parent') return new Refusal('NOT_FOUND', `${labelOf(kind)} not found`);
  const label = labelOf(kind);
  return new Refusal('INVALID', `failed to fetch ${label} info by ${label} id [${id}], response code: 404`, { field });
}

// A certificate may go although an upstream names it: the compatible API lets it, so that one can be replaced in a hurry.
const referenced = new Set(
  [...kinds.values()].flatMap((kind) => [...Object.values(kind.references), kind.parent?.kind]),
);
referenced.delete('ssl');
// Only plugins name protos.
referenced.add('proto');

interface User extends ResourceKey {
  readonly refs: readonly string[];
}

async function refuseDeletionsInUse({ db, groupId }: IntegrityScope, demands: readonly Demand[]): Promise<void> {
  const deleted = demands.filter(({ effect }) => !effect.after && referenced.has(effect.kind as KindName));
  if (deleted.length === 0) return;
  // What the same change set changes as well has already been asked for its new references.
  const select = `SELECT kind, id, refs FROM resource
    WHERE group_id = $1 AND refs <> '{}' AND refs && $4
      AND (kind, id) NOT IN (SELECT * FROM unnest($2::text[], $3::text[]))
    ORDER BY kind, id LIMIT 1`;
  const changed = columnsOf(demands.map(({ effect }) => effect));
  const wanted = deleted.flatMap(({ effect }) => usesOf(effect));
  const [user]: User[] = await db.query(select, [groupId, ...changed, wanted]);
  const used = user && deleted.find(({ effect }) => usesOf(effect).some((use) => user.refs.includes(use)));
  if (user && used) throw stillInUse(used.effect, user).within(used.path);
}

/** In which forms others have stored that they refer to a resource: by a field, or by a plugin. */
function usesOf({ kind, id }: ResourceKey): [field: string, plugin: string] {
  const target = { kind: kind as KindName, id };
  return [storedReference(target, 'field'), storedReference(target, 'plugin')];
}

/** Kinds that others build on say so in their message; the words are those of the compatible API. */
const said = new Map([['service', 'service directly']]);

function stillInUse(target: ResourceKey, { kind, id, refs }: User): Refusal {
  const what = said.get(target.kind) ?? labelOf(target.kind);
  const isInPlugin = target.kind !== 'proto' && !refs.includes(usesOf(target)[0]);
  const user = isInPlugin ? `plugin in ${kind === 'global_rule' ? 'global_rules' : kind}` : kind;
  return new Refusal('INVALID', `can not delete this ${what}, ${user} [${id}] is still using it now`);
}

async function refuseSharedClaims({ db, groupId }: IntegrityScope, demands: readonly Demand[]): Promise<void> {
  const claiming = demandsFor(demands, ({ shared }) => shared === undefined);
  if (claiming.length === 0) return;
  const holders = new Map<string, ResourceKey>();
  const select = `SELECT kind, id, claims FROM resource
    WHERE group_id = $1 AND claims <> '{}' AND claims && $4
      AND (kind, id) NOT IN (SELECT * FROM unnest($2::text[], $3::text[]))`;
  const rivals = claiming.flatMap(({ claim }) => claim.rivals);
  const changed = columnsOf(demands.map(({ effect }) => effect));
  const rows: (ResourceKey & { claims: string[] })[] = await db.query(select, [groupId, ...changed, rivals]);
  for (const row of rows) for (const token of row.claims) holders.set(token, row);
  for (const { effect, claim, path } of claiming) {
    const holder = claim.rivals.map((token) => holders.get(token)).find((key) => key !== undefined);
    if (holder !== undefined) throw claim.refuse(holder).within(path);
    holders.set(claim.token, effect);
  }
}

/** Somebody who has what several may have, and what is said of it. */
interface Member extends ResourceKey {
  readonly said: string | undefined;
}

/** Only the first of those who claim together is held against the others: all that are stored agree already. */
async function refuseDisagreements(scope: IntegrityScope, demands: readonly Demand[]): Promise<void> {
  const claiming = demandsFor(demands, ({ shared }) => shared !== undefined);
  if (claiming.length === 0) return;
  const stored = await storedMembers(scope, demands, [...new Set(claiming.map(({ claim }) => claim.token))]);
  const members = new Map<string, Member>();
  for (const { effect, claim, path } of claiming) {
    const { token, shared } = claim;
    let member = members.get(token);
    if (!member) {
      const found = stored.get(token);
      const { kind, id } = found ?? effect;
      member = { kind, id, said: found ? shared?.saidBy(found) : shared?.said };
      members.set(token, member);
    }
    if (member.said !== shared?.said) throw claim.refuse(member).within(path);
  }
}

/** For each claim one of the resources that have it and stay as they are. */
async function storedMembers(
  { db, groupId }: IntegrityScope,
  demands: readonly Demand[],
  tokens: readonly string[],
): Promise<ReadonlyMap<string, SealedBody>> {
  const select = `SELECT token, kind, id, body, sealed FROM unnest($4::text[]) AS claimed (token), LATERAL (
    SELECT kind, id, body, sealed FROM resource
    WHERE group_id = $1 AND claims <> '{}' AND claims @> ARRAY[token]
      AND (kind, id) NOT IN (SELECT * FROM unnest($2::text[], $3::text[])) LIMIT 1) AS member`;
  const changed = columnsOf(demands.map(({ effect }) => effect));
  const rows: (SealedBody & { token: string })[] = await db.query(select, [groupId, ...changed, tokens]);
  return new Map(rows.map((row) => [row.token, row]));
}

/** The claims of this sort that must hold after the demands. */
function demandsFor(demands: readonly Demand[], isMeant: (claim: Claim) => boolean) {
  return demands.flatMap(({ effect, claims, path }) =>
    effect.after ? claims.filter(isMeant).map((claim) => ({ effect, claim, path })) : [],
  );
}

function columnsOf(keys: readonly ResourceKey[]): [string[], string[]] {
  return [keys.map((key) => key.kind), keys.map((key) => key.id)];
}

function labelOf(kind: string): string {
  return kinds.get(kind as KindName)?.label ?? kind.replaceAll('_', ' ');
}
