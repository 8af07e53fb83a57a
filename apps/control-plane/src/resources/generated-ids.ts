import type { QueryRunner } from 'typeorm';
import type { Group } from './groups.ts';

const DIGITS = 20;

/** The next free ids of a group's counter, which skips what people have taken by hand. Needs the group's lock. */
export async function generateIds(db: QueryRunner, group: Group, kind: string, count: number): Promise<string[]> {
  const free: string[] = [];
  let counter = group.idCounter;
  while (free.length < count) {
    const candidates = Array.from({ length: count - free.length }, (_, i) => padded(counter + 1 + i));
    counter += candidates.length;
    const select = 'SELECT id FROM resource WHERE group_id = $1 AND kind = $2 AND id = ANY($3)';
    const rows: { id: string }[] = await db.query(select, [group.id, kind, candidates]);
    const taken = new Set(rows.map(({ id }) => id));
    free.push(...candidates.filter((id) => !taken.has(id)));
  }
  await db.query('UPDATE gateway_group SET id_counter = $2 WHERE id = $1', [group.id, counter]);
  return free;
}

function padded(counter: number): string {
  return String(counter).padStart(DIGITS, '0');
}
