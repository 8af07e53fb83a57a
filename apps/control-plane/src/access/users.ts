import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type QueryRunner } from 'typeorm';
import type { Role } from './role.ts';

/** A user as sign-in needs it. */
export interface User {
  readonly id: string;
  readonly username: string;
  /** Null: somebody who signs in elsewhere. */
  readonly password_hash: string | null;
  readonly role: Role | null;
  readonly disabled: boolean;
}

/** A user to be made. */
export interface NewUser {
  readonly username: string;
  readonly role: Role | null;
  readonly passwordHash: string | null;
  readonly mustChangePassword?: boolean;
  readonly displayName?: string | null;
  readonly email?: string | null;
  /** Who the provider says that they are. */
  readonly oidc?: { readonly issuer: string; readonly subject: string };
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

  /** Whether a user has any role, everywhere or in one group. */
  async hasRole(db: QueryRunner, id: string): Promise<boolean> {
    const [row]: { found: boolean }[] = await db.query(
      `SELECT EXISTS (SELECT FROM "user" WHERE id = $1 AND role IS NOT NULL)
         OR EXISTS (SELECT FROM role_binding WHERE user_id = $1) AS found`,
      [id],
    );
    return row?.found ?? false;
  }

  async create(db: QueryRunner, user: NewUser): Promise<string> {
    const { username, role, passwordHash, mustChangePassword = false, displayName = null, email = null, oidc } = user;
    const id = randomUUID();
    await db.query(
      `INSERT INTO "user" (id, username, password_hash, role, must_change_password, display_name, email, oidc_issuer,
         oidc_subject) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        id,
        username,
        passwordHash,
        role,
        mustChangePassword,
        displayName,
        email,
        oidc?.issuer ?? null,
        oidc?.subject ?? null,
      ],
    );
    return id;
  }

  async changePassword(db: QueryRunner, id: string, passwordHash: string, mustChange: boolean): Promise<void> {
    const update = `
      UPDATE "user" SET password_hash = $2, must_change_password = $3, password_changed_at = now() WHERE id = $1`;
    await db.query(update, [id, passwordHash, mustChange]);
  }

  async noteSignIn(db: QueryRunner, id: string): Promise<void> {
    await db.query('UPDATE "user" SET last_sign_in_at = now() WHERE id = $1', [id]);
  }

  /** Stores the same password under today's cost, unless it has been changed meanwhile. */
  async upgradeHash(id: string, oldHash: string, newHash: string): Promise<void> {
    const update = 'UPDATE "user" SET password_hash = $3 WHERE id = $1 AND password_hash = $2';
    await this.database.query(update, [id, oldHash, newHash]);
  }
}
