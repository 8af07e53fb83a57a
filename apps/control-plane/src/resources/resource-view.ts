import { warningsOf, type JsonObject } from '@sluice/schema';
import type { StoredResource } from './change-set.ts';

/** A resource as `/api/v1` shows it: secrets masked. */
export interface ResourceView {
  readonly kind: string;
  readonly id: string;
  readonly value: JsonObject;
  readonly created_revision: number;
  readonly modified_revision: number;
  readonly expires_at?: string;
  /** What people should know of it, such as that it is stored and not served; absent where there is nothing. */
  readonly warnings?: readonly string[];
}

/** Shows a stored resource; its body is masked as it stands. */
export function resourceView(stored: StoredResource): ResourceView {
  const { kind, id, body, createdRevision, modifiedRevision, expiresAt } = stored;
  const warnings = warningsOf(kind);
  return {
    kind,
    id,
    value: JSON.parse(body) as JsonObject,
    created_revision: createdRevision,
    modified_revision: modifiedRevision,
    ...(expiresAt && { expires_at: expiresAt.toISOString() }),
    ...(warnings.length > 0 && { warnings }),
  };
}
