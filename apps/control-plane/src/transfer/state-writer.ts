import { Inject, Injectable } from '@nestjs/common';
import { isJsonObject, type JsonObject, kinds, type KindName } from '@sluice/schema';
import { DataSource } from 'typeorm';
import type { Author } from '../access/author.ts';
import { Drafts } from '../drafts/drafts.service.ts';
import { draftView } from '../drafts/draft-view.ts';
import { Refusal, type RefusalIssue } from '../http/refusal.ts';
import { FleetCatalogue } from '../instances/fleet-catalogue.ts';
import type { Effect } from '../resources/change-set.ts';
import { ChangeSetWriter, type WriteOptions } from '../resources/change-set-writer.ts';
import { type Group, Groups } from '../resources/groups.ts';
import { Sealing } from '../sealing/sealing.ts';
import { listChanges } from './change-list.ts';
import type { ChangeListView, Remark } from './change-list.schema.ts';
import { type DesiredResource, type DesiredState, nameOf } from './desired-state.ts';
import { Planner, type Steps } from './planner.ts';
import { ReferenceCheck } from './reference-check.ts';

/** How a desired state is written. */
export interface StateWriteOptions extends WriteOptions {
  /** Refuses where the group has moved on since somebody looked. */
  readonly expectedHead?: number | undefined;
  /** Makes a draft of it, in this author's name, and changes nothing yet. */
  readonly draftBy?: Author | undefined;
}

/** What is told beside the changes. */
export interface Findings {
  readonly report?: readonly Remark[];
  /** What is wrong already; all of it is told at once. */
  readonly issues?: readonly RefusalIssue[];
}

/**
 * After a change of this many resources the database is told how large its tables have become. By itself it notices a minute
 * later, and until then looks for single rows as in tables of nothing: by reading all of them.
 */
const LARGE = 2_000;
/** Between two statements of so large a transaction there is more arithmetic than a broken link is forgiven. */
const PATIENCE = `SET LOCAL idle_in_transaction_session_timeout = '2min'`;
const ATTEMPTS = 5;
const ISSUES_MAX = 50;

/** Brings a group to a desired state, as one revision. The only way in for whatever comes as a whole. */
@Injectable()
export class StateWriter {
  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(Groups) private readonly groups: Groups,
    @Inject(Planner) private readonly planner: Planner,
    @Inject(ChangeSetWriter) private readonly writer: ChangeSetWriter,
    @Inject(FleetCatalogue) private readonly fleet: FleetCatalogue,
    @Inject(Drafts) private readonly drafts: Drafts,
    @Inject(ReferenceCheck) private readonly references: ReferenceCheck,
    @Inject(Sealing) private readonly sealing: Sealing,
  ) {}

  /**
   * Writes, or with `dryRun` only tells, what leads to a state. Who was quicker in the meantime is taken into account by
   * starting over, unless a certain head is expected.
   */
  async write(group: string, desired: DesiredState, options: StateWriteOptions, findings: Findings = {}) {
    for (let left = ATTEMPTS; ; left -= 1) {
      try {
        return await this.#writeOnce(group, desired, options, findings);
      } catch (error) {
        const isOvertaken = error instanceof Refusal && error.code === 'PRECONDITION_FAILED';
        if (!isOvertaken || options.expectedHead !== undefined || left === 1) throw error;
      }
    }
  }

  async #writeOnce(
    groupName: string,
    desired: DesiredState,
    { expectedHead, draftBy, ...options }: StateWriteOptions,
    { report = [], issues = [] }: Findings,
  ): Promise<ChangeListView> {
    const group = await this.groups.byName(groupName);
    requireHead(group.headRevision, expectedHead);
    const steps = await this.planner.stepsTo(group, desired);
    const missing = await this.references.missing(groupName, changedBy(steps, desired), desired.resources);
    refuseIssues([...issues, ...steps.issues, ...missing]);
    const guard: WriteOptions['guard'] = async (context) => {
      requireHead(context.group.headRevision, expectedHead);
      if (steps.steps.length >= LARGE) await context.db.query(PATIENCE);
      await options.guard?.(context);
    };
    const dryRun = options.dryRun || draftBy !== undefined;
    const { revision, effects } = await this.#run(groupName, steps, { ...options, dryRun, guard });
    if (!dryRun && effects.length >= LARGE) await this.database.query('ANALYZE resource, resource_version');
    const draft = draftBy && !options.dryRun ? await this.#draft(group, draftBy, options, effects) : undefined;
    return {
      revision: dryRun ? null : revision,
      dry_run: options.dryRun ?? false,
      head: group.headRevision,
      ...listChanges(effects, steps.unchanged, this.sealing),
      warnings: await this.#warnings(groupName, effects),
      report: [...report],
      ...(draft && { draft }),
    };
  }

  /** A draft of what would have been written; where that is nothing, there is none. */
  async #draft(
    group: Group,
    author: Author,
    { message = '', requestId = '' }: WriteOptions,
    effects: readonly Effect[],
  ) {
    if (effects.length === 0) return undefined;
    const about = { group: group.name, author, requestId, message };
    return draftView(await this.drafts.createFrom(about, group.id, group.headRevision, effects), author);
  }

  async #run(group: string, { steps }: Steps, options: WriteOptions) {
    if (steps.length === 0) return { revision: null, effects: [] };
    // What only would happen asks no confirmation: it is told among the warnings.
    const confirmed = options.dryRun ? { ...options, confirmsMissingPlugins: true } : options;
    const changes = steps.map(({ change }) => change);
    try {
      return await this.writer.write(group, changes, confirmed, (i) => steps[i]?.path ?? '');
    } catch (error) {
      throw error instanceof Refusal ? named(error, steps) : error;
    }
  }

  /** What will be stored, and not do what it says everywhere. */
  async #warnings(group: string, effects: readonly Effect[]): Promise<string[]> {
    const present = effects.filter(({ after }) => after !== null);
    const plugins = new Set(present.flatMap(({ kind, after }) => pluginsOf(kind, after?.body ?? '{}')));
    const lacking = await this.fleet.lacking(group, [...plugins]);
    const ofFleet = lacking.map(
      ({ id, missing }) => `The data plane ${id} lacks ${missing.join(', ')} and would refuse this.`,
    );
    const unserved = new Set(present.map(({ kind }) => kinds.get(kind as KindName)?.notServed ?? null));
    return [...ofFleet, ...[...unserved].flatMap((reason) => (reason === null ? [] : [reason]))];
  }
}

/** The resources that are to be written, of all that were named. */
function changedBy({ steps }: Steps, { resources }: DesiredState): DesiredResource[] {
  const keys = new Set(steps.map(({ change: { kind, id } }) => `${kind.name}/${id}`));
  return resources.filter(({ kind, id }) => keys.has(`${kind.name}/${id}`));
}

function pluginsOf(kind: string, body: string): string[] {
  if (!kinds.get(kind as KindName)?.pluginDoor) return [];
  const { plugins } = JSON.parse(body) as JsonObject;
  return isJsonObject(plugins) ? Object.keys(plugins) : [];
}

function requireHead(head: number, expected: number | undefined): void {
  if (expected === undefined || head === expected) return;
  throw new Refusal('PRECONDITION_FAILED', `Revision ${expected} is expected to be the newest, but ${head} is.`);
}

/** Refuses with everything that is wrong; the message says what comes first. */
export function refuseIssues(issues: readonly RefusalIssue[]): void {
  const [first] = issues;
  if (!first) return;
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
  throw new Refusal('INVALID', `${first.path || 'The document'}: ${first.message}${more}`, {
    field: first.path,
    issues: issues.slice(0, ISSUES_MAX),
  });
}

/** The same refusal with the names of the resources that it is about. */
function named(error: Refusal, steps: Steps['steps']): Refusal {
  const names = new Map(
    steps.map(({ path, change }) => [path, change.id === null ? '' : nameOf({ ...change, id: change.id })]),
  );
  const { issues, field, report } = error;
  const told = issues?.map((issue) => {
    const name = names.get(issue.path.split('/').slice(0, 3).join('/'));
    return name ? { ...issue, message: `${name}: ${issue.message}` } : issue;
  });
  return new Refusal(error.code, told?.[0]?.message ?? error.message, { field, report, issues: told });
}
