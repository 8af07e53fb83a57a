import { Inject, Injectable } from '@nestjs/common';
import { kinds } from '@sluice/schema';
import { accessErrors } from '../access/access.errors.ts';
import type { Caller } from '../access/author.ts';
import type { Principal } from '../access/principal.ts';
import { includesRole, roleIn } from '../access/role.ts';
import { Refusal, type RefusalIssue } from '../http/refusal.ts';
import type { WriteOptions } from '../resources/change-set-writer.ts';
import { keyOf } from '../resources/change-set.ts';
import { Groups } from '../resources/groups.ts';
import { boundedMessage } from '../resources/revision-request.ts';
import { Sealing } from '../sealing/sealing.ts';
import type { ChangeListView, Remark } from './change-list.schema.ts';
import type { PromotionBody } from './declarative.schema.ts';
import { pruneScope } from './declarative.service.ts';
import { type DesiredResource, nameOfKey } from './desired-state.ts';
import { GroupState } from './group-state.ts';
import { ReferenceCheck } from './reference-check.ts';
import { StateWriter } from './state-writer.ts';

/** Everything of a group, by `kind/id`. */
type State = ReadonlyMap<string, DesiredResource>;

/** Copies configuration from one group to another. Secrets travel along, sealed, and leave the server in no form. */
@Injectable()
export class PromotionService {
  constructor(
    @Inject(Groups) private readonly groups: Groups,
    @Inject(GroupState) private readonly state: GroupState,
    @Inject(ReferenceCheck) private readonly references: ReferenceCheck,
    @Inject(Sealing) private readonly sealing: Sealing,
    @Inject(StateWriter) private readonly writer: StateWriter,
  ) {}

  async promote(
    target: string,
    body: PromotionBody,
    { principal, author }: Caller,
    options: WriteOptions,
  ): Promise<ChangeListView> {
    requireEditor(principal, body.from);
    if (body.from === target) throw new Refusal('INVALID', 'A group is not promoted to itself.', { field: '/from' });
    const prune = pruneScope(body);
    if (prune && body.selection) {
      throw new Refusal('INVALID', 'Only a whole state can prune, not a selection.', { field: '/prune' });
    }
    const source = await this.groups.byName(body.from);
    const revision = await this.state.requireRevision(source, body.revision);
    const state = await this.#stateOf(source.name, revision);
    const report: Remark[] = [];
    const issues: RefusalIssue[] = [];
    const resources = body.selection ? this.#selected(state, body, report, issues) : [...state.values()];
    const about = {
      ...options,
      source: 'promotion',
      dryRun: options.dryRun || body.dry_run,
      message: boundedMessage(body.message) || `Promote from ${body.from} at revision ${revision}`,
      expectedHead: body.expected_head,
      draftBy: body.as_draft ? author : undefined,
    } as const;
    return this.writer.write(target, { resources, prune }, about, { report, issues });
  }

  async #stateOf(groupName: string, revision: number): Promise<State> {
    const group = await this.groups.byName(groupName);
    const state = new Map<string, DesiredResource>();
    // When something ends is no part of a state of the past.
    const expiries = revision === group.headRevision ? await this.state.expiries(group.id) : new Map<string, Date>();
    for (const kind of kinds.values()) {
      for await (const page of this.state.ofKind(group, kind.name, revision)) {
        for (const stored of page) {
          const { id } = stored;
          const value = this.sealing.openValue(stored);
          const expiresAt = expiries.get(keyOf(stored));
          const path = `/${kind.name}/${id.replaceAll('/', '~1')}`;
          state.set(keyOf(stored), { kind, id, value, path, ...(expiresAt && { expiresAt }) });
        }
      }
    }
    return state;
  }

  #selected(state: State, body: PromotionBody, report: Remark[], issues: RefusalIssue[]): DesiredResource[] {
    const selected = new Map<string, DesiredResource>();
    for (const [i, key] of (body.selection ?? []).entries()) {
      const found = state.get(keyOf(key));
      const path = `/selection/${i}`;
      if (found) selected.set(keyOf(key), { ...found, path });
      else issues.push({ path, message: `there is no ${nameOfKey(key.kind, key.id)} in ${body.from}` });
    }
    if (body.include_references) this.#follow(state, selected, report);
    return [...selected.values()];
  }

  /** Adds what the selection refers to, and what that refers to, as far as the source has it. */
  #follow(state: State, selected: Map<string, DesiredResource>, report: Remark[]): void {
    // A map that grows is iterated to its end: what was added is followed as well.
    for (const resource of selected.values()) {
      for (const reference of this.references.of(resource)) {
        const key = keyOf(reference);
        const target = state.get(key);
        if (!target || selected.has(key)) continue;
        selected.set(key, { ...target, path: resource.path });
        const because = nameOfKey(resource.kind.name, resource.id);
        const message = `${nameOfKey(reference.kind, reference.id)} comes along, because ${because} refers to it`;
        report.push({ level: 'note', path: resource.path, message });
      }
    }
  }
}

/** To copy secrets is to have them: whoever may write in the target can have them used, and read by its programs. */
function requireEditor({ name, grants }: Principal, group: string): void {
  const role = roleIn(grants, group);
  if (role !== undefined && includesRole(role, 'editor')) return;
  throw accessErrors.FORBIDDEN(`${name} is ${role ?? 'nobody'} in ${group}, editor is needed to copy from it`);
}
