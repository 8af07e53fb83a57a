import { Inject, Injectable } from '@nestjs/common';
import {
  canonicalJson,
  type JsonObject,
  type MetadataFallback,
  metadataFallbacks,
  type ResourceKind,
  restoreRedacted,
} from '@sluice/schema';
import { DataSource } from 'typeorm';
import { Catalogue } from '../catalogue/catalogue.ts';
import { Refusal } from '../http/refusal.ts';
import { type Claim, claimsOf } from '../kinds/claims.ts';
import { Sealing } from '../sealing/sealing.ts';
import type { Change, DeleteChange, Expectation, PutChange } from './change-set.ts';
import { Groups } from './groups.ts';
import { parentOfPut, type Reference, referencesOf } from './references.ts';
import { findResource } from './resource-rows.ts';
import { ValueCheck } from './value-check.ts';

/** The largest resource that is stored, in canonical bytes. */
export const resourceBytesMax = 1024 * 1024;

/** A put that is ready for its transaction: valid by itself, secrets restored, everything derived that can be. */
export interface PreparedPut {
  readonly op: 'put';
  readonly kind: ResourceKind;
  readonly id: string | null;
  /** Where a generated id is asked for: what the new resource lives in. */
  readonly parent: string | undefined;
  readonly content: JsonObject;
  readonly secretPointers: readonly string[];
  readonly references: readonly Reference[];
  readonly claims: readonly Claim[];
  readonly fallbacks: readonly MetadataFallback[];
  readonly expects: Expectation | undefined;
  /** The revision whose value or secrets went into the content; another one in the transaction means to start over. */
  readonly basedOn: number | undefined;
  readonly expiresAt: Date | null;
}

/** A change that is ready for its transaction. */
export type PreparedChange = PreparedPut | DeleteChange;

/** What a change asks of the state after it. */
export type Asked = Pick<PreparedPut, 'references' | 'claims' | 'fallbacks'>;

/** What a deletion asks of the state after it. */
export const nothingAsked: Asked = { references: [], claims: [], fallbacks: [] };

/** What a change asks of the state after it, apart from the rest of the change. */
export function askedBy(change: PreparedChange): Asked {
  const { references, claims, fallbacks } = change.op === 'put' ? change : nothingAsked;
  return { references, claims, fallbacks };
}

/** Does everything about a change that needs no lock, so that the lock is held briefly. */
@Injectable()
export class Preparation {
  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(Groups) private readonly groups: Groups,
    @Inject(Catalogue) private readonly catalogue: Catalogue,
    @Inject(Sealing) private readonly sealing: Sealing,
    @Inject(ValueCheck) private readonly valueCheck: ValueCheck,
  ) {}

  prepare(groupName: string, change: Change): Promise<PreparedChange> | PreparedChange {
    return change.op === 'delete' ? change : this.#preparePut(groupName, change);
  }

  async #preparePut(groupName: string, change: PutChange): Promise<PreparedPut> {
    const { kind, id, parent, expects, expiresAt = null } = change;
    const { content, basedOn = change.basedOn } = await this.#withSecrets(groupName, change);
    this.valueCheck.check(kind, content);
    refuseOversize(content);
    const context = { lookup: this.catalogue.lookup, sealing: this.sealing };
    return {
      op: 'put',
      kind,
      id,
      parent,
      content,
      expects,
      basedOn,
      expiresAt,
      secretPointers: this.catalogue.secretPointers(kind, content),
      references: referencesOf(kind, content, {
        parentId: parentOfPut(kind, id, parent),
        lookup: this.catalogue.lookup,
      }),
      claims: claimsOf(kind, content, context),
      fallbacks: metadataFallbacks(kind, content['plugins'], this.catalogue.lookup),
    };
  }

  /** Puts stored secrets in place of redactions. */
  async #withSecrets(groupName: string, { kind, id, value }: PutChange) {
    const pointers = this.catalogue.redactedPointers(kind, value);
    if (pointers.length === 0) return { content: value, basedOn: undefined };
    const group = await this.groups.byName(groupName);
    const stored = id === null ? null : await findResource(this.database, group.id, { kind: kind.name, id });
    const old = stored ? this.sealing.openValue(stored) : undefined;
    const { value: content, missing } = restoreRedacted(value, old, pointers);
    if (missing !== undefined) {
      throw new Refusal('INVALID', `invalid configuration: there is no stored secret to keep at ${missing}`, {
        field: missing,
      });
    }
    return { content, basedOn: stored?.modifiedRevision };
  }
}

function refuseOversize(content: JsonObject): void {
  const size = Buffer.byteLength(canonicalJson(content));
  if (size <= resourceBytesMax) return;
  throw new Refusal('TOO_LARGE', `The resource has ${size} bytes; at most ${resourceBytesMax} are stored.`);
}
