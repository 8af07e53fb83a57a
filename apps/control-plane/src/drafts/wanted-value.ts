import { Inject, Injectable } from '@nestjs/common';
import { getPointer, isJsonObject, isSecretReference, type JsonObject, redacted, setPointer } from '@sluice/schema';
import { Catalogue } from '../catalogue/catalogue.ts';
import { Sealing } from '../sealing/sealing.ts';
import { shownValueOf, type ShownValue } from '../revisions/shown-value.ts';
import { isPresent, type Version } from '../revisions/version-rows.ts';
import { type EditRow, kindOfEdit } from './edit-rows.ts';

/**
 * What edits want their resources to be, secrets in plain. `__redacted__` in an edit means the secret that is stored when the
 * draft is published; until then, whatever the edit is compared with lends it.
 */
@Injectable()
export class WantedValues {
  constructor(
    @Inject(Catalogue) private readonly catalogue: Catalogue,
    @Inject(Sealing) private readonly sealing: Sealing,
  ) {}

  /** As it is stored: redactions where secrets are to be kept. Undefined where the resource shall go. */
  stored({ kind, id, body, sealed }: EditRow): JsonObject | undefined {
    return body === null ? undefined : this.sealing.openValue({ kind, id, body, sealed });
  }

  /** With the secrets of another value in place of redactions. */
  against(edit: EditRow, other: unknown): JsonObject | undefined {
    const value = this.stored(edit);
    return value && this.#withSecretsOf(edit, value, other);
  }

  /** As it is shown beside another version, from which it keeps its secrets. */
  shownAgainst(edit: EditRow, other: Version): ShownValue | undefined {
    if (edit.body === null) return undefined;
    const shown = JSON.parse(edit.body) as JsonObject;
    const open = this.against(edit, this.open(other));
    return edit.sealed ? { shown, open } : { shown, open: shown };
  }

  /** The value of a version of history, secrets in plain; undefined where the resource was not there. */
  open(version: Version): JsonObject | undefined {
    return isPresent(version) ? this.sealing.openValue(version) : undefined;
  }

  /** The value of a version of history, to be shown. */
  shown(version: Version): ShownValue | undefined {
    return shownValueOf(version, this.sealing);
  }

  /** What is to be stored of a value: sealed, and redacted where its secret is that of `kept` anyway. */
  close(edit: Pick<EditRow, 'kind' | 'id'>, value: JsonObject, kept?: unknown): Pick<EditRow, 'body' | 'sealed'> {
    const kind = kindOfEdit(edit);
    const pointers = this.catalogue.secretPointers(kind, value);
    const isKept = (pointer: string): boolean => {
      const secret = getPointer(value, pointer);
      // A reference to a secret is none, and stays readable.
      if (kept === undefined || secret !== getPointer(kept, pointer)) return false;
      return typeof secret !== 'string' || !isSecretReference(secret);
    };
    const next = pointers
      .filter(isKept)
      .reduce<unknown>((result, pointer) => setPointer(result, pointer, redacted), value);
    const { body, sealed } = this.sealing.close(edit.kind, edit.id, next as JsonObject, pointers);
    return { body, sealed };
  }

  #withSecretsOf(edit: EditRow, value: JsonObject, other: unknown): JsonObject {
    if (!isJsonObject(other)) return value;
    return this.catalogue.redactedPointers(kindOfEdit(edit), value).reduce<unknown>((result, pointer) => {
      const secret = getPointer(other, pointer);
      return secret === undefined ? result : setPointer(result, pointer, secret);
    }, value) as JsonObject;
  }
}
