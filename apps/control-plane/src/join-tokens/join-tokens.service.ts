import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { formatJoinToken } from '@sluice/sync/grpc';
import { DataSource, type QueryRunner } from 'typeorm';
import type { Author } from '../access/author.ts';
import { newToken, tokenHash } from '../access/secret-token.ts';
import { AuditWriter } from '../audit/audit-writer.ts';
import { inTransaction } from '../database/transaction.ts';
import { Refusal } from '../http/refusal.ts';
import type { ServerIdentity } from '../publishing/server-credentials.ts';
import { type Group, Groups } from '../resources/groups.ts';
import { Admission } from './admission.ts';
import type { JoinTokenRequest } from './join-token.schema.ts';
import { joinTokenErrors } from './join-tokens.errors.ts';
import { SERVER_IDENTITY } from './server-identity.ts';

/** A join token, without what would let anybody join. */
export interface JoinTokenView {
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly created_by: string;
  readonly created_at: Date;
  readonly expires_at: Date | null;
  readonly last_used_at: Date | null;
  readonly revoked_at: Date | null;
  /** Data planes that joined with it. */
  readonly instances: number;
}

/** A token that was just made: the only time that it is told. */
export interface NewJoinToken {
  readonly id: string;
  readonly token: string;
  readonly key_sha256: string;
  readonly expires_at: Date | null;
}

/** Who asks, for the audit trail. */
export interface JoinTokenRequester {
  readonly author: Author;
  readonly requestId: string;
}

/** Makes and revokes the tokens with which data planes join a group. */
@Injectable()
export class JoinTokens {
  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(Groups) private readonly groups: Groups,
    @Inject(AuditWriter) private readonly audit: AuditWriter,
    @Inject(Admission) private readonly admission: Admission,
    @Inject(SERVER_IDENTITY) private readonly identity: ServerIdentity,
  ) {}

  async list(groupName: string): Promise<JoinTokenView[]> {
    const { id } = await this.groups.byName(groupName);
    return this.database.query<JoinTokenView[]>(
      `SELECT id, name, labels, created_by, created_at, expires_at, last_used_at, revoked_at,
         (SELECT count(*)::integer FROM instance WHERE join_token_id = join_token.id) AS instances
       FROM join_token WHERE group_id = $1 ORDER BY created_at DESC, id`,
      [id],
    );
  }

  async create(groupName: string, request: JoinTokenRequest, requester: JoinTokenRequester): Promise<NewJoinToken> {
    const { keySha256 } = this.identity;
    if (keySha256 === undefined) throw joinTokenErrors.JOINING_NEEDS_TLS();
    const group = await this.groups.byName(groupName);
    const secret = newToken();
    const row = await inTransaction(this.database, async (db) => {
      const answer = await insert(db, { ...request, group, secret, createdBy: requester.author.name });
      await this.#record(db, 'join_token.create', { group, id: answer.id, name: request.name }, requester);
      return { answer, commit: true };
    });
    return { ...row, token: formatJoinToken({ keySha256, secret }), key_sha256: keySha256 };
  }

  /** Ends a token, and with it the streams of all data planes that joined with it. */
  async revoke(groupName: string, id: string, requester: JoinTokenRequester): Promise<void> {
    const group = await this.groups.byName(groupName);
    await inTransaction(this.database, async (db) => {
      const update = `UPDATE join_token SET revoked_at = now()
        WHERE group_id = $1 AND id::text = $2 AND revoked_at IS NULL RETURNING name`;
      const [rows] = (await db.query(update, [group.id, id])) as [{ name: string }[], number];
      const [row] = rows;
      if (!row) throw new Refusal('NOT_FOUND', 'There is no such join token, or it has been revoked before.');
      await this.#record(db, 'join_token.revoke', { group, id, name: row.name }, requester);
      return { answer: undefined, commit: true };
    });
    this.admission.revoked(id);
  }

  #record(
    db: QueryRunner,
    action: string,
    { group, id, name }: { readonly group: Group; readonly id: string; readonly name: string },
    { author, requestId }: JoinTokenRequester,
  ): Promise<void> {
    return this.audit.append(db, {
      scope: group.id,
      actor: author.name,
      actor_type: author.type,
      action,
      group_name: group.name,
      kind: 'join_token',
      id,
      source_ip: author.sourceIp,
      request_id: requestId,
      detail: { name },
    });
  }
}

interface NewRow extends JoinTokenRequest {
  readonly group: Group;
  readonly secret: string;
  readonly createdBy: string;
}

async function insert(db: QueryRunner, { group, name, labels, ...rest }: NewRow) {
  const { secret, createdBy, expires_in_seconds: seconds = null } = rest;
  const [row] = (await db.query(
    `INSERT INTO join_token (id, group_id, name, hash, labels, created_by, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7)) RETURNING id, expires_at`,
    [randomUUID(), group.id, name, tokenHash(secret), JSON.stringify(labels ?? {}), createdBy, seconds],
  )) as { id: string; expires_at: Date | null }[];
  if (!row) throw new Error('The join token was not kept.');
  return row;
}
