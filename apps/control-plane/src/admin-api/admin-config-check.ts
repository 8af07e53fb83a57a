import { Inject, Injectable } from '@nestjs/common';
import { identityOf, isJsonObject, kinds, type JsonObject, type KindName, type ResourceKind } from '@sluice/schema';
import { Refusal } from '../http/refusal.ts';
import { ValueCheck } from '../resources/value-check.ts';
import { AdminAnswer } from './admin-answer.ts';

/** One thing that is wrong with a whole configuration. */
interface ConfigError {
  readonly resource_type: string;
  readonly resource_id?: string;
  /** Place in its list, from 0. */
  readonly index?: number;
  readonly error: string;
}

/** The lists of a whole configuration, as the format of standalone files names them. */
const lists: ReadonlyMap<string, KindName> = new Map(
  [...kinds.values()].filter(({ parent }) => !parent).map(({ plural, name }) => [plural, name]),
);

/** What the format knows beside lists of resources. */
const otherKeys: ReadonlySet<string> = new Set(['plugins', 'plugins_conf_version', 'X-Digest', 'X-Last-Modified']);

const credentialId = /^([^/]+)\/credentials\/([^/]+)$/;

/** Checks a whole configuration at once, each resource by itself: what refers to what is not looked at. */
@Injectable()
export class AdminConfigCheck {
  constructor(@Inject(ValueCheck) private readonly valueCheck: ValueCheck) {}

  /** Ends the request with everything that is wrong. */
  require(config: JsonObject): void {
    const errors = Object.entries(config).flatMap(([key, value]) => this.#checkEntry(key, value));
    if (errors.length > 0) throw new AdminAnswer(400, { error_msg: 'Configuration validation failed', errors });
  }

  #checkEntry(key: string, value: unknown): ConfigError[] {
    if (otherKeys.has(key)) return [];
    const [, versioned] = /^(.+)_conf_version$/.exec(key) ?? [];
    if (versioned !== undefined && lists.has(versioned)) return versionErrors(versioned, value);
    const kind = kinds.get(lists.get(key) ?? ('' as KindName));
    if (!kind) return [{ resource_type: key, error: `Unsupported resource type: ${key}` }];
    if (!Array.isArray(value)) return [{ resource_type: key, error: `${key} must be a list` }];
    const seen = new Set<string>();
    return value.flatMap((item: unknown, index) => this.#checkItem(kind, item, index, seen));
  }

  #checkItem(listed: ResourceKind, item: unknown, index: number, seen: Set<string>): ConfigError[] {
    const { plural: resource_type } = listed;
    if (!isJsonObject(item)) return [{ resource_type, resource_id: '', index, error: 'must be an object' }];
    const { kind, id, value } = resourceOf(listed, item, index);
    const error = duplicateProblem(kind, resource_type, id, seen) ?? this.#problemOf(kind, value);
    return error === undefined ? [] : [{ resource_type, resource_id: id, index, error }];
  }

  #problemOf(kind: ResourceKind, value: JsonObject): string | undefined {
    try {
      this.valueCheck.check(kind, value);
      return undefined;
    } catch (error) {
      if (error instanceof Refusal) return error.message;
      throw error;
    }
  }
}

interface ListedResource {
  readonly kind: ResourceKind;
  /** As the list has it; empty where it names none. */
  readonly id: string;
  readonly value: JsonObject;
}

/** What an item of a list is: among the consumers stand their credentials, and what has no id gets one when it is stored. */
function resourceOf(listed: ResourceKind, item: Record<string, unknown>, index: number): ListedResource {
  const { modifiedIndex: _read, ...value } = item;
  const said = String(value['id'] ?? value[listed.idField] ?? '');
  const [, username, own] = (listed.name === 'consumer' && credentialId.exec(said)) || [];
  const credential = username === undefined ? undefined : kinds.get('credential');
  if (credential) {
    return {
      kind: credential,
      id: said,
      value: { ...value, ...identityOf(credential, `${username}/${own}`) } as JsonObject,
    };
  }
  const id = String(value[listed.idField] ?? '');
  const fallback = listed.idField === 'id' ? { id: `unnamed-${index}` } : {};
  return { kind: listed, id, value: { ...fallback, ...value } as JsonObject };
}

function duplicateProblem(kind: ResourceKind, plural: string, id: string, seen: Set<string>): string | undefined {
  if (id === '') return undefined;
  const key = `${kind.name} ${id}`;
  if (!seen.has(key)) return void seen.add(key);
  const what = kind.parent ? 'credential id' : kind.idField;
  return `found duplicate ${what} ${id} in ${plural}`;
}

function versionErrors(plural: string, value: unknown): ConfigError[] {
  if (typeof value === 'number') return [];
  const got = value === null ? 'null' : typeof value;
  return [{ resource_type: plural, error: `${plural}_conf_version must be a number, got ${got}` }];
}
