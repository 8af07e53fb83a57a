import { Inject, Injectable } from '@nestjs/common';
import { isJsonObject, type JsonObject, type JsonValue } from '@sluice/schema';
import { Groups } from '../resources/groups.ts';
import { ResourceService, type WrittenOne } from '../resources/resource.service.ts';
import { badRequest, unsupportedResource } from './admin-answer.ts';
import { adminBody, objectBody, refuseTimes } from './admin-body.ts';
import type { AdminCall } from './admin-call.ts';
import { adminKey } from './admin-envelope.ts';
import { mergePatch, replaceSubPath } from './admin-patch.ts';
import { EchoedValues } from './echoed-values.ts';
import { type AdminTarget, idForPut, requireId, requireWrittenId, withId, withParent } from './admin-target.ts';

/** What the Admin API does for writes: each one is one revision. */
@Injectable()
export class AdminWrites {
  constructor(
    @Inject(ResourceService) private readonly resources: ResourceService,
    @Inject(Groups) private readonly groups: Groups,
    @Inject(EchoedValues) private readonly echoed: EchoedValues,
  ) {}

  /** Replaces or creates. */
  put(target: AdminTarget, call: AdminCall): Promise<object> {
    const body = objectBody(call);
    refuseTimes(body);
    const id = idForPut(target, body);
    return this.#write(target, { id, value: withId(target, id, body) }, call);
  }

  /** Creates under a generated id. */
  post(target: AdminTarget, call: AdminCall): Promise<object> {
    const body = objectBody(call);
    refuseTimes(body);
    if (target.id !== undefined || body['id'] !== undefined) {
      throw badRequest(`wrong ${target.kind.label} id, do not need it`);
    }
    const { kind, parent } = target;
    return this.#write(target, { id: null, value: withParent(kind, parent, body) }, call);
  }

  /** Changes a part and validates the whole. */
  async patch(target: AdminTarget, call: AdminCall): Promise<object> {
    const id = requireWrittenId(target);
    const patch = adminBody(call);
    if (patch === undefined) throw badRequest('missing new configuration');
    const { kind, group, below: path } = target;
    if (kind.parent && path.length > 0) throw unsupportedResource(path[0] ?? '');
    if (path.length === 0 && !isJsonObject(patch)) throw badRequest('invalid configuration');
    const edit = (value: JsonObject): JsonObject => patched(target, value, path, patch);
    const written = await this.resources.edit(group, { kind, id }, edit, call.options);
    return this.#node(target, written);
  }

  /** Deletes; what is still in use only with `force=true`. */
  async delete(target: AdminTarget, { options }: AdminCall): Promise<object> {
    const { group, kind } = target;
    const id = requireId(target);
    await this.resources.writeOne(group, { op: 'delete', kind, id }, options);
    // What clients know is how many keys the store has deleted, as a text.
    return { deleted: '1', key: adminKey(await this.groups.prefixOf(group), kind, id) };
  }

  async #write(target: AdminTarget, put: { id: string | null; value: JsonObject }, { options, reply }: AdminCall) {
    const { kind, group, parent } = target;
    const change = { op: 'put', kind, parent, ...put, expiresAt: options.expiresAt } as const;
    const written = await this.resources.writeOne(group, change, options);
    void reply.status(written.outcome.action === 'create' ? 201 : 200);
    return this.#node(target, written);
  }

  async #node({ group, kind }: AdminTarget, { outcome: { resource } }: WrittenOne): Promise<object> {
    if (!resource) throw new Error('What was put is there afterwards.');
    const key = adminKey(await this.groups.prefixOf(group), kind, resource.id);
    return { key, value: this.echoed.of(kind, this.resources.openValue(resource)) };
  }
}

/**
 * Only a patch that carries a time of change itself keeps it; otherwise the write sets a new one. A patch must not move a
 * resource to another id.
 */
function patched(target: AdminTarget, value: JsonObject, path: readonly string[], patch: JsonValue): JsonObject {
  const { update_time: _old, ...rest } = value;
  refuseParent(target, patch);
  const next = path.length === 0 ? (mergePatch(rest, patch) as JsonObject) : replaceSubPath(rest, path, patch);
  return withId(target, idForPut(target, next), next);
}

function refuseParent({ kind, parent }: AdminTarget, patch: JsonValue): void {
  const field = kind.parent?.field;
  const sent = field !== undefined && isJsonObject(patch) ? patch[field] : undefined;
  if (sent !== undefined && String(sent) !== parent) throw badRequest(`${field} can not be patched`);
}
