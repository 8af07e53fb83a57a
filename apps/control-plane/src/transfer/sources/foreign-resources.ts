import { isJsonObject, type JsonObject, JsonError, type JsonValue, type KindName, parseJson } from '@sluice/schema';
import type { DocumentResource } from '@sluice/transfer';
import type { Remark } from '../change-list.schema.ts';

/** What another gateway has stored. */
export interface ForeignContent {
  readonly resources: readonly DocumentResource[];
  readonly report: readonly Remark[];
}

/** Gathers what another gateway has stored; what is no resource is named in the report. */
export class ForeignResources {
  readonly #resources: DocumentResource[] = [];
  readonly #report: Remark[] = [];

  add(kind: KindName, id: string, value: JsonValue, path: string): void {
    if (!isJsonObject(value)) return this.drop(path, 'it is not a mapping');
    if (kind === 'ssl' && value['key'] === undefined)
      return this.drop(path, 'the private key was not told; etcd has it');
    this.#resources.push({ kind, id, path, value: value as JsonObject });
  }

  /** The same of a value that is a text. */
  addText(kind: KindName, id: string, text: string, path: string): void {
    try {
      this.add(kind, id, parseJson(text), path);
    } catch (error) {
      if (!(error instanceof JsonError)) throw error;
      this.drop(path, `it is not JSON: ${error.message}`);
    }
  }

  drop(path: string, message: string): void {
    this.#report.push({ level: 'dropped', path, message });
  }

  finish(): ForeignContent {
    return { resources: this.#resources, report: this.#report };
  }
}
