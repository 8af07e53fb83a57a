import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { SETTINGS, type Settings } from '../config/settings.ts';
import { accessErrors } from './access.errors.ts';
import { bindingsOfUser } from './grants-sql.ts';
import type { Grant, Role } from './role.ts';
import { csrfTokenOf } from './secret-token.ts';
import type { SessionView, SignInOptions } from './session.schema.ts';
import type { SignInMethod } from './sessions.ts';

interface SessionRow {
  readonly username: string;
  readonly display_name: string | null;
  readonly role: Role | null;
  readonly bindings: readonly Grant[];
  readonly method: SignInMethod;
  readonly must_change_password: boolean;
  readonly created_at: Date;
  readonly expires_at: Date;
}

/** Where a sign-in with the provider begins. */
export const OIDC_START_PATH = '/api/v1/session/oidc';

/** What the dashboard is told of who is signed in, and of how one signs in. */
@Injectable()
export class SessionViews {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(DataSource) private readonly database: DataSource,
  ) {}

  options(): SignInOptions {
    const { password_sign_in: password, oidc_issuer: issuer, oidc_name: name } = this.settings;
    return { password, oidc: issuer === undefined ? null : { name, url: OIDC_START_PATH } };
  }

  /** The session of a hash, with the token that its writes must carry. */
  async show(hash: Buffer, token: string): Promise<SessionView> {
    const [row] = await this.database.query<SessionRow[]>(SHOW, [hash]);
    if (!row) throw accessErrors.UNAUTHENTICATED();
    const { username, role, display_name, bindings, method, must_change_password, created_at: createdAt } = row;
    const endsAt = new Date(createdAt.getTime() + this.settings.session_lifetime_hours * 3_600_000);
    const global: Grant[] = role === null ? [] : [{ group: null, role }];
    return {
      user: { username, role, display_name },
      grants: [...global, ...bindings],
      method,
      must_change_password,
      created_at: createdAt.toISOString(),
      expires_at: row.expires_at.toISOString(),
      ends_at: endsAt.toISOString(),
      csrf_token: csrfTokenOf(token),
    };
  }
}

const SHOW = `
  SELECT "user".username, "user".display_name, "user".role, "user".must_change_password, ${bindingsOfUser} AS bindings,
    session.method, session.created_at, session.expires_at
  FROM session JOIN "user" ON "user".id = session.user_id WHERE session.hash = $1`;
