import { Inject, Injectable } from '@nestjs/common';
import { checkCertificates, checkKeyPair, checkPublicKey, publicJwkOf } from '@sluice/certificates';
import { checkExpression, checkPattern } from '@sluice/expr';
import { checkFunction } from '@sluice/functions';
import { checkJsonSchema } from '@sluice/json-schema';
import { checkProto } from '@sluice/proto';
import {
  check,
  checkAll,
  checkPluginsOf,
  findUnserved,
  getPointer,
  type JsonObject,
  type ResourceKind,
  type RuleHooks,
} from '@sluice/schema';
import { checkCacheZone } from '@sluice/settings';
import { checkTemplate } from '@sluice/templates';
import { Catalogue } from '../catalogue/catalogue.ts';
import { SETTINGS, type Settings } from '../config/settings.ts';
import { Refusal } from '../http/refusal.ts';

const ruleHooks = {
  checkVars: checkExpression,
  checkPattern,
  checkFunction,
  checkCertificates,
  checkKeyPair,
  checkPublicKey,
  publicJwkOf,
  checkProto,
  checkSchema: checkJsonSchema,
  checkTemplate,
};

/** Checks a value by itself: everything that can be said about it without knowing the other resources. */
@Injectable()
export class ValueCheck {
  readonly #hooks: RuleHooks;

  constructor(
    @Inject(Catalogue) private readonly catalogue: Catalogue,
    @Inject(SETTINGS) settings: Settings,
  ) {
    this.#hooks = { ...ruleHooks, checkCacheZone: (zone, strategy) => checkCacheZone(settings, zone, strategy) };
  }

  /** Throws a Refusal that names the first offending field; its issues name all that the schema found. */
  check(kind: ResourceKind, value: JsonObject): void {
    const refusal = this.#schemaRefusal(kind, value) ?? this.#pluginRefusal(kind, value);
    if (refusal) throw this.#withoutSecrets(refusal, kind, value);
    const missing = findUnserved(kind.name, value);
    if (missing) throw new Refusal('INVALID', missing.message, { field: missing.field });
  }

  /** Checks a value by the schema of its kind alone; undefined where the schema accepts it. */
  checkSchemaOnly(kind: ResourceKind, value: unknown): string | undefined {
    const issue = check(kind.schema, value);
    return issue && this.#cleaned(issue.message, kind, value);
  }

  #schemaRefusal(kind: ResourceKind, value: JsonObject): Refusal | undefined {
    const before = kind.preChecks?.(value, ruleHooks);
    if (before !== undefined) return new Refusal('INVALID', before);
    const issues = checkAll(kind.schema, value);
    const [first] = issues;
    if (!first) {
      const after = kind.extraChecks?.(value, ruleHooks);
      return after === undefined ? undefined : new Refusal('INVALID', after);
    }
    return new Refusal('INVALID', `invalid configuration: ${first.message}`, {
      field: first.path,
      issues: issues.map(({ path, reason }) => ({ path, message: reason })),
    });
  }

  #pluginRefusal(kind: ResourceKind, value: JsonObject): Refusal | undefined {
    const issue = checkPluginsOf(kind, value, this.catalogue.lookup, this.#hooks);
    return issue && new Refusal('INVALID', issue.message, { field: issue.path });
  }

  #withoutSecrets({ code, message, field, issues }: Refusal, kind: ResourceKind, value: JsonObject): Refusal {
    const clean = (text: string): string => this.#cleaned(text, kind, value);
    const cleaned = issues?.map((issue) => ({ ...issue, message: clean(issue.message) }));
    return new Refusal(code, clean(message), { field, issues: cleaned });
  }

  /** Messages quote the value that they refuse; a secret among them must not travel back, least of all into a log. */
  #cleaned(text: string, kind: ResourceKind, value: unknown): string {
    let cleaned = text;
    for (const pointer of this.catalogue.secretPointers(kind, value)) {
      const secret = String(getPointer(value, pointer));
      cleaned = cleaned.replaceAll(`"${secret}"`, '"***"').replaceAll(`got: ${secret}`, 'got: ***');
    }
    return cleaned;
  }
}
