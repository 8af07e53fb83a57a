import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { SETTINGS, type Settings } from '../config/settings.ts';
import { askPrepared } from '../database/prepared.ts';
import { bindingsOfUser } from './grants-sql.ts';
import type { Principal, TokenApi } from './principal.ts';
import { type Grant, limitGrants, type Role } from './role.ts';
import { hasHash, tokenHash } from './secret-token.ts';

interface TokenRow {
  readonly name: string;
  readonly role: Role;
  readonly groups: readonly string[] | null;
  readonly read_only: boolean;
  readonly apis: readonly TokenApi[];
  readonly kinds: readonly string[] | null;
  readonly expires_at: Date | null;
  readonly user_id: string | null;
  readonly username: string | null;
  readonly user_role: Role | null;
  readonly bindings: readonly Grant[];
  readonly is_due: boolean;
}

/** The keys of programs: those in the database, of which only hashes are kept, and the one of the settings. */
@Injectable()
export class ApiTokens {
  readonly #configured: Buffer | undefined;

  constructor(
    @Inject(SETTINGS) settings: Settings,
    @Inject(DataSource) private readonly database: DataSource,
  ) {
    this.#configured = settings.admin_key === undefined ? undefined : tokenHash(settings.admin_key);
  }

  /** Whom a key stands for, or undefined where it is unknown, expired or revoked. */
  async find(key: string): Promise<Principal | undefined> {
    if (this.#configured && hasHash(key, this.#configured)) return configuredKey(this.#configured);
    return this.read(tokenHash(key));
  }

  /**
   * The same for a hash. It is asked each time, so that a key that was revoked at whichever control plane, or whose user
   * lost a role there, is refused by the very next request. Notes that the key was used, at most once a minute.
   */
  async read(hash: Buffer): Promise<Principal | undefined> {
    if (this.#configured?.equals(hash)) return configuredKey(hash);
    const [row] = await askPrepared<TokenRow>(this.database, findToken, [hash]);
    if (!row) return undefined;
    if (row.is_due) await this.database.query('UPDATE api_token SET last_used_at = now() WHERE hash = $1', [hash]);
    return storedKey(row, hash);
  }
}

const findToken = {
  name: 'find_api_token',
  text: `
  SELECT token.name, token.role, token.read_only, token.apis, token.kinds, token.expires_at, token.user_id,
    "user".username, "user".role AS user_role, ${bindingsOfUser} AS bindings,
    CASE WHEN token.group_ids IS NOT NULL THEN ARRAY(
      SELECT name FROM gateway_group WHERE id = ANY (token.group_ids)) END AS groups,
    coalesce(token.last_used_at, '-infinity') < now() - interval '1 minute' AS is_due
  FROM api_token token LEFT JOIN "user" ON "user".id = token.user_id
  WHERE token.hash = $1 AND token.revoked_at IS NULL AND coalesce(token.expires_at, 'infinity') > now()
    AND (token.user_id IS NULL OR NOT "user".disabled)`,
};

/** A token of a user never reaches further than the user does at this moment. */
function storedKey(row: TokenRow, hash: Buffer): Principal | undefined {
  const { role, groups, read_only: readOnly, apis, kinds, expires_at: expiresAt, user_id: userId } = row;
  const global = row.user_role === null ? [] : [{ group: null, role: row.user_role }];
  const held: readonly Grant[] = userId === null ? [{ group: null, role }] : [...global, ...row.bindings];
  const grants = limitGrants(held, role, groups);
  if (grants.length === 0) return undefined;
  const limits = { readOnly, apis, kinds, expiresAt };
  const credential = { type: 'key', hash } as const;
  const shared = { grants, credential, userId, limits, mustChangePassword: false };
  if (row.username !== null) return { name: row.username, type: 'user', ...shared };
  return { name: row.name, type: 'admin_key', ...shared };
}

function configuredKey(hash: Buffer): Principal {
  return {
    name: 'SLUICE_ADMIN_KEY',
    type: 'admin_key',
    grants: [{ group: null, role: 'admin' }],
    credential: { type: 'key', hash },
    userId: null,
    limits: null,
    mustChangePassword: false,
  };
}
