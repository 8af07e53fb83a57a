import { Inject, Injectable } from '@nestjs/common';
import type { JsonObject } from '@sluice/schema';
import { DataSource, type QueryRunner } from 'typeorm';
import { AuditWriter, SYSTEM_SCOPE } from '../../audit/audit-writer.ts';
import { inTransaction } from '../../database/transaction.ts';
import { Refusal } from '../../http/refusal.ts';
import { accessErrors } from '../access.errors.ts';
import { requireGrants, type Requester, signedBy } from '../requester.ts';
import { groupsWith, limitGrants } from '../role.ts';
import { newApiToken, tokenHash, tokenPrefix } from '../secret-token.ts';
import { grantsOfToken, insertToken, tokenColumns, type TokenRow, tokenTables, tokenView } from './token-rows.ts';
import type { NewToken, TokenRequest } from './token.schema.ts';

const OWN_TOKENS_MAX = 100;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Makes and revokes tokens. None reaches further than whoever makes it. */
@Injectable()
export class TokenAdministration {
  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(AuditWriter) private readonly audit: AuditWriter,
  ) {}

  /** A token of the requester's own. What it is asked to be is a bound: their rights at the time of use are another one. */
  createOwn(request: TokenRequest, by: Requester): Promise<NewToken> {
    const { userId } = by.author;
    if (userId === null) throw accessErrors.FORBIDDEN('only users have tokens of their own');
    const { role, groups = null } = request;
    if (limitGrants(by.principal.grants, role, groups).length === 0)
      throw new Refusal('INVALID', 'You have no role in these groups.', { field: '/groups' });
    return this.#create(request, userId, by);
  }

  /** A token of nobody in particular, such as that of a pipeline. */
  createService(request: TokenRequest, by: Requester): Promise<NewToken> {
    requireGrants(by, grantsOfToken(request));
    // Whatever service token somebody makes, they must be the administrator of where it reaches.
    requireGrants(by, grantsOfToken({ ...request, role: 'admin' }));
    requireWithinLimits(request, by);
    return this.#create(request, null, by);
  }

  /** Revokes a token of the requester's own. */
  async revokeOwn(id: string, by: Requester): Promise<void> {
    await this.#revoke(id, by, (row) => row.user_id !== null && row.user_id === by.author.userId);
  }

  /** Revokes any token that the requester may see as an administrator. */
  async revokeAny(id: string, by: Requester): Promise<void> {
    const groups = groupsWith(by.principal.grants, 'admin');
    await this.#revoke(id, by, (row) => isWithin(row, groups));
  }

  #create(request: TokenRequest, userId: string | null, by: Requester): Promise<NewToken> {
    const secret = newApiToken();
    return inTransaction(this.database, async (db) => {
      if (userId !== null) await requireRoom(db, userId);
      const kept = { hash: tokenHash(secret), prefix: tokenPrefix(secret), createdBy: by.author.name };
      const id = await insertToken(db, { request, userId, ...kept });
      const row = await tokenOf(db, id);
      if (!row) throw new Error('The token was not kept.');
      const { name, role, groups, read_only, apis, kinds } = row;
      const detail = { name, role, groups, read_only, apis, kinds, type: userId === null ? 'service' : 'own' };
      await this.#record(db, 'api_token.create', { id, by, detail: detail as unknown as JsonObject });
      return { answer: { token: tokenView(row), secret }, commit: true };
    });
  }

  async #revoke(id: string, by: Requester, isAllowed: (row: TokenRow) => boolean): Promise<void> {
    await inTransaction(this.database, async (db) => {
      const row = uuid.test(id) ? await tokenOf(db, id, 'FOR UPDATE OF token') : undefined;
      if (!row || row.revoked_at !== null || !isAllowed(row))
        throw new Refusal('NOT_FOUND', 'There is no such token, or it has been revoked before.');
      await db.query('UPDATE api_token SET revoked_at = now() WHERE id = $1', [id]);
      const detail = { name: row.name, ...(row.username !== null && { username: row.username }) };
      await this.#record(db, 'api_token.revoke', { id, by, detail });
      return { answer: undefined, commit: true };
    });
  }

  #record(
    db: QueryRunner,
    action: string,
    { id, by, detail }: { readonly id: string; readonly by: Requester; readonly detail: JsonObject },
  ): Promise<void> {
    return this.audit.append(db, { ...signedBy(by), scope: SYSTEM_SCOPE, action, kind: 'api_token', id, detail });
  }
}

/** Whether administrators of some groups (null: of all) see a token: one that reaches nothing else. */
function isWithin(row: TokenRow, groups: readonly string[] | null): boolean {
  if (groups === null) return true;
  const reached = row.user_id === null ? (row.groups ?? []) : [];
  return reached.length > 0 && reached.every((group) => groups.includes(group));
}

async function tokenOf(db: QueryRunner, id: string, lock = ''): Promise<TokenRow | undefined> {
  const [row]: TokenRow[] = await db.query(`SELECT ${tokenColumns} FROM ${tokenTables} WHERE token.id = $1 ${lock}`, [
    id,
  ]);
  return row;
}

async function requireRoom(db: QueryRunner, userId: string): Promise<void> {
  const count = `
    SELECT count(*) AS count FROM api_token
    WHERE user_id = $1 AND revoked_at IS NULL AND coalesce(expires_at, 'infinity') > now()`;
  const [row]: { count: number }[] = await db.query(count, [userId]);
  if ((row?.count ?? 0) >= OWN_TOKENS_MAX)
    throw new Refusal('CONFLICT', `You have ${OWN_TOKENS_MAX} tokens. Revoke some that nobody uses.`);
}

/** A token that makes another one hands on its own limits: else it could rid itself of them. */
function requireWithinLimits({ apis, expires_in_days: days = null }: TokenRequest, { principal }: Requester): void {
  const { limits } = principal;
  if (limits === null) return;
  const outlives =
    limits.expiresAt !== null && (days === null || Date.now() + days * 86_400_000 > limits.expiresAt.getTime());
  if (outlives || apis.some((api) => !limits.apis.includes(api)))
    throw accessErrors.ABOVE_YOURSELF('a token cannot make one that lives longer or reaches further');
}
