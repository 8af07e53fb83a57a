import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type QueryRunner } from 'typeorm';
import type { Role } from './role.ts';

/** A user as sign-in needs it. */
export interface User {
  readonly id: string;
  readonly username: string;
  readonly password_hash: string;
  readonly role: Role;
  readonly disabled: boolean;
}

const COLUMNS = 'id, username, password_hash, role, disabled';

/** The people who may sign in. */
@Injectable()
export class Users {
  constructor(@Inject(DataSource) private readonly database: DataSource) {}

  async byName(username: string): Promise<User | undefined> {
    const [row] = await this.database.query<User[]>(`SELECT ${COLUMNS} FROM "user" WHERE username = $1`, [username]);
    return row;
  }

  async byId(id: string): Promise<User | undefined> {
    const [row] = await this.database.query<User[]>(`SELECT ${COLUMNS} FROM "user" WHERE id = $1`, [id]);
    return row;
  }

  async haveBeenCreated(db: QueryRunner): Promise<boolean> {
    const [row]: { found: boolean }[] = await db.query('SELECT EXISTS (SELECT FROM "user") AS found');
    return row?.found ?? false;
  }

  async create(db: QueryRunner, username: string, role: Role, passwordHash: string): Promise<void> {
    await db.query('INSERT INTO "user" (id, username, password_hash, role) VALUES ($1, $2, $3, $4)', [
      randomUUID(),
      username,
      passwordHash,
      role,
    ]);
  }

  async changePassword(db: QueryRunner, id: string, passwordHash: string): Promise<void> {
    const update = 'UPDATE "user" SET password_hash = $2, password_changed_at = now() WHERE id = $1';
    await db.query(update, [id, passwordHash]);
  }

  /** Stores the same password under today's cost, unless it has been changed meanwhile. */
  async upgradeHash(id: string, oldHash: string, newHash: string): Promise<void> {
    const update = 'UPDATE "user" SET password_hash = $3 WHERE id = $1 AND password_hash = $2';
    await this.database.query(update, [id, oldHash, newHash]);
  }
}
