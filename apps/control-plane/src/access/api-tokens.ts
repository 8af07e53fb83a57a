import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { SETTINGS, type Settings } from '../config/settings.ts';
import type { Principal } from './principal.ts';
import type { Role } from './role.ts';
import { hasHash, tokenHash } from './secret-token.ts';

/**
 * How long a key that was found is believed without asking again. A revoked key works this much longer; in return a burst
 * of writes does not ask for its key in the same queue in which the writes themselves wait for connections.
 */
const BELIEVED_MS = 1_000;
const REMEMBERED_MAX = 1_000;

interface TokenRow {
  readonly name: string;
  readonly role: Role;
  readonly group_name: string | null;
}

/** The admin keys: those in the database, of which only hashes are kept, and the one of the settings. */
@Injectable()
export class ApiTokens {
  readonly #configured: Buffer | undefined;
  readonly #found = new Map<string, { readonly principal: Principal; readonly until: number }>();

  constructor(
    @Inject(SETTINGS) settings: Settings,
    @Inject(DataSource) private readonly database: DataSource,
  ) {
    this.#configured = settings.admin_key === undefined ? undefined : tokenHash(settings.admin_key);
  }

  /** Whom a key stands for, or undefined where it is unknown, expired or revoked. */
  async find(key: string): Promise<Principal | undefined> {
    if (this.#configured && hasHash(key, this.#configured)) return configuredKey(this.#configured);
    const hash = tokenHash(key);
    const name = hash.toString('hex');
    const known = this.#found.get(name);
    if (known && known.until > performance.now()) return known.principal;
    this.#found.delete(name);
    const principal = await this.read(hash);
    if (principal) this.#remember(name, principal);
    return principal;
  }

  /** The same for a hash, always from the database. Notes that the key was used, at most once a minute. */
  async read(hash: Buffer): Promise<Principal | undefined> {
    if (this.#configured?.equals(hash)) return configuredKey(hash);
    const [row] = await this.database.query<TokenRow[]>(
      `WITH used AS (
         UPDATE api_token SET last_used_at = now()
         WHERE hash = $1 AND revoked_at IS NULL AND coalesce(last_used_at, '-infinity') < now() - interval '1 minute'
       )
       SELECT token.name, token.role, "group".name AS group_name
       FROM api_token token LEFT JOIN gateway_group "group" ON "group".id = token.group_id
       WHERE token.hash = $1 AND token.revoked_at IS NULL AND coalesce(token.expires_at, 'infinity') > now()`,
      [hash],
    );
    return row && storedKey(row, hash);
  }

  #remember(name: string, principal: Principal): void {
    if (this.#found.size >= REMEMBERED_MAX) this.#found.clear();
    this.#found.set(name, { principal, until: performance.now() + BELIEVED_MS });
  }
}

function storedKey(row: TokenRow, hash: Buffer): Principal {
  const grants = [{ group: row.group_name, role: row.role }];
  return { name: row.name, type: 'admin_key', grants, credential: { type: 'key', hash } };
}

function configuredKey(hash: Buffer): Principal {
  const grants = [{ group: null, role: 'admin' as const }];
  return { name: 'SLUICE_ADMIN_KEY', type: 'admin_key', grants, credential: { type: 'key', hash } };
}
