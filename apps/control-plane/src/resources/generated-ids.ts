import type { QueryRunner } from 'typeorm';
import type { Group } from './groups.ts';

const DIGITS = 20;

/** Hands out the next free ids of a group's counter, which skips what people have taken by hand. Needs the group's lock. */
export class IdCounter {
  readonly #db: QueryRunner;
  readonly #group: Group;
  #counter: number;

  constructor(db: QueryRunner, group: Group) {
    this.#db = db;
    this.#group = group;
    this.#counter = group.idCounter;
  }

  /** A free id for a resource of a kind, inside its parent where it has one. */
  async next(kind: string, parent?: string): Promise<string> {
    for (;;) {
      this.#counter += 1;
      const own = String(this.#counter).padStart(DIGITS, '0');
      const id = parent === undefined ? own : `${parent}/${own}`;
      const select = 'SELECT 1 FROM resource WHERE group_id = $1 AND kind = $2 AND id = $3';
      const taken: unknown[] = await this.#db.query(select, [this.#group.id, kind, id]);
      if (taken.length === 0) return id;
    }
  }

  /** Keeps where the counter stands; nothing where no id was asked for. */
  async store(): Promise<void> {
    if (this.#counter === this.#group.idCounter) return;
    await this.#db.query('UPDATE gateway_group SET id_counter = $2 WHERE id = $1', [this.#group.id, this.#counter]);
  }
}
