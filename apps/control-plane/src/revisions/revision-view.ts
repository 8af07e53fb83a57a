import { actionOf } from '../resources/change-set.ts';
import { isPresent, type Version, type VersionPair } from './version-rows.ts';

/** The header of a revision as it is stored. */
export interface HeaderRow {
  readonly number: number;
  readonly author: string;
  readonly author_type: string;
  readonly source: string;
  readonly message: string;
  readonly created_at: Date;
  readonly digest: Buffer;
  readonly chain: Buffer;
  readonly change_count: number;
  readonly restores: number | null;
}

/** The header of a revision as `/api/v1` shows it, with its digest for those who may see proofs. */
export function headerView({ chain: _chain, digest, restores, ...row }: HeaderRow, showsProofs: boolean): object {
  return {
    ...row,
    created_at: row.created_at.toISOString(),
    ...(showsProofs && { digest: digest.toString('hex') }),
    ...(restores !== null && { restores }),
  };
}

/** One of the changes that a list names. */
export interface FirstChange {
  readonly revision: number;
  readonly kind: string;
  readonly id: string;
  readonly previous_revision: number | null;
  readonly is_deletion: boolean;
}

/** A change without its values. */
export function firstChangeView({
  kind,
  id,
  previous_revision: previous,
  is_deletion: isDeletion,
}: FirstChange): object {
  return { kind, id, action: isDeletion ? 'delete' : previous === null ? 'create' : 'update' };
}

/** A change with the values before and after, as they are stored: masked. */
export function changeView({ before, after }: VersionPair): object {
  const [old, next] = [valueOf(before), valueOf(after)];
  return { kind: after.kind, id: after.id, action: actionOf(old, next), before: old, after: next };
}

function valueOf(version: Version): object | null {
  return isPresent(version) ? (JSON.parse(version.body) as object) : null;
}
