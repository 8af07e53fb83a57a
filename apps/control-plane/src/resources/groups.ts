import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type QueryRunner } from 'typeorm';
import { runPrepared } from '../database/prepared.ts';
import { Refusal } from '../http/refusal.ts';

/** A gateway group and where it stands. */
export interface Group {
  readonly id: number;
  readonly name: string;
  readonly etcdPrefix: string;
  readonly headRevision: number;
  readonly digest: Buffer;
  readonly chain: Buffer;
  readonly resourceCount: number;
  readonly idCounter: number;
  /** Configuration changes only by drafts that a second person has approved. */
  readonly isApprovalRequired: boolean;
}

const columns = `id, name, etcd_prefix AS "etcdPrefix", head_revision AS "headRevision", digest, chain,
  resource_count AS "resourceCount", id_counter AS "idCounter", approval_required AS "isApprovalRequired"`;

const PREFIX_KNOWN_MS = 5_000;

/** Finds gateway groups. */
@Injectable()
export class Groups {
  /** A group's prefix never changes, so that answers that only need it ask rarely. */
  readonly #prefixes = new Map<string, { readonly prefix: string; readonly until: number }>();

  constructor(@Inject(DataSource) private readonly database: DataSource) {}

  list(): Promise<Group[]> {
    return this.database.query(`SELECT ${columns} FROM gateway_group ORDER BY name`);
  }

  /** The group of this name, or a 404 that names it. */
  async byName(name: string): Promise<Group> {
    const select = `SELECT ${columns} FROM gateway_group WHERE name = $1`;
    const [group]: Group[] = await this.database.query(select, [name]);
    return group ?? refuse(name);
  }

  /** The storage prefix of a group, such as `/apisix`. */
  async prefixOf(name: string): Promise<string> {
    const known = this.#prefixes.get(name);
    if (known && known.until > performance.now()) return known.prefix;
    const { etcdPrefix: prefix } = await this.byName(name);
    // Whichever control plane deletes a group, one of the same name may be made again with another prefix.
    this.#prefixes.set(name, { prefix, until: performance.now() + PREFIX_KNOWN_MS });
    return prefix;
  }

  /** A group that is made again under a name of before may have another prefix. */
  forget(name: string): void {
    this.#prefixes.delete(name);
  }
}

/**
 * Makes this transaction the only one that may write the group until it ends. It must be the first statement: under READ
 * COMMITTED every later one then sees all that earlier writers did. `NO KEY` because nobody changes a group's key, and
 * rows that refer to the group (a data plane that reports) need not wait for writers.
 */
export async function lockGroup(db: QueryRunner, name: string): Promise<Group> {
  const [group] = await runPrepared<Group>(db, lockStatement, [name]);
  return group ?? refuse(name);
}

const lockStatement = {
  name: 'lock_group',
  text: `SELECT ${columns} FROM gateway_group WHERE name = $1 FOR NO KEY UPDATE`,
};

function refuse(name: string): never {
  throw new Refusal('NOT_FOUND', `There is no gateway group "${name.slice(0, 64)}".`);
}
