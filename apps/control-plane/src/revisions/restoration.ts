import { Inject, Injectable } from '@nestjs/common';
import { kinds, parentIdOf, type KindName } from '@sluice/schema';
import { Catalogue } from '../catalogue/catalogue.ts';
import { claimsOf } from '../kinds/claims.ts';
import type { Effect, StoredResource } from '../resources/change-set.ts';
import type { Demand } from '../resources/integrity.ts';
import { referencesOf, storedReferences } from '../resources/references.ts';
import { Sealing } from '../sealing/sealing.ts';
import { isPresent, type PresentVersion, type Version } from './version-rows.ts';

/**
 * Turns versions of the past into effects of a new revision. The old bytes and envelopes are taken as they are, so that the
 * old digest returns. What the revision number decides starts anew: a resource that does not exist any more is created by
 * the new revision. So does its time to live: what comes back, stays.
 */
@Injectable()
export class Restoration {
  constructor(
    @Inject(Catalogue) private readonly catalogue: Catalogue,
    @Inject(Sealing) private readonly sealing: Sealing,
  ) {}

  /** What makes a resource what it was, with what must hold after it; undefined where it is so already. */
  demandFor(version: Version, current: StoredResource | null): Demand | undefined {
    const { kind, id } = version;
    if (!isPresent(version)) {
      const effect = { kind, id, before: current, after: null };
      return current ? { effect, references: [], claims: [], path: '' } : undefined;
    }
    if (current?.hash.equals(version.hash)) return undefined;
    return this.#presentDemand(version, current);
  }

  #presentDemand(version: PresentVersion, before: StoredResource | null): Demand {
    const { kind: name, id, body, sealed, hash } = version;
    const kind = kinds.get(name as KindName);
    const value = this.sealing.openValue(version);
    const context = { parentId: kind && parentIdOf(kind, id), lookup: this.catalogue.lookup };
    const references = kind ? referencesOf(kind, value, context) : [];
    const claims = kind ? claimsOf(kind, value, { lookup: this.catalogue.lookup, sealing: this.sealing }) : [];
    const derived = { refs: storedReferences(references), claims: claims.map(({ token }) => token) };
    const effect: Effect = {
      kind: name,
      id,
      before,
      after: { kind: name, id, body, sealed, hash, ...derived, expiresAt: null },
    };
    return { effect, references, claims, path: '' };
  }
}
