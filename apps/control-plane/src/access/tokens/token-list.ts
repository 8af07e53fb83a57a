import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { queryChoice, queryInteger, queryText, type RequestQuery } from '../../http/request-query.ts';
import type { Requester } from '../requester.ts';
import { groupsWith } from '../role.ts';
import { likePattern } from '../users/user-list.ts';
import { tokenColumns, type TokenRow, tokenTables, tokenView } from './token-rows.ts';
import type { TokenView } from './token.schema.ts';

const PAGE = { min: 1, max: 1_000_000, usual: 1 };
const PAGE_SIZE = { min: 1, max: 500, usual: 50 };

/** A page of tokens. */
export interface TokenPage {
  readonly list: readonly TokenView[];
  readonly total: number;
  readonly page: number;
  readonly page_size: number;
}

/** Reads tokens. Revoked and expired ones stay in the list, so that what they did can be told apart. */
@Injectable()
export class TokenList {
  constructor(@Inject(DataSource) private readonly database: DataSource) {}

  async ofUser(userId: string): Promise<TokenView[]> {
    const rows = await this.database.query<TokenRow[]>(
      `SELECT ${tokenColumns} FROM ${tokenTables} WHERE token.user_id = $1 ORDER BY token.created_at DESC LIMIT 1000`,
      [userId],
    );
    return rows.map(tokenView);
  }

  /** The tokens that the requester administers: all of them, or those that reach only the requester's groups. */
  async page(query: RequestQuery, { principal }: Requester): Promise<TokenPage> {
    const page = queryInteger(query, 'page', PAGE);
    const size = queryInteger(query, 'page_size', PAGE_SIZE);
    const filters = [
      groupsWith(principal.grants, 'admin'),
      queryChoice(query, 'type', ['own', 'service']) ?? null,
      likePattern(queryText(query, 'search')),
    ];
    const select = `SELECT ${tokenColumns} ${FROM} ORDER BY token.created_at DESC, token.id LIMIT $4 OFFSET $5`;
    const rows = await this.database.query<TokenRow[]>(select, [...filters, size, (page - 1) * size]);
    const [counted] = await this.database.query<{ total: number }[]>(`SELECT count(*) AS total ${FROM}`, filters);
    return { list: rows.map(tokenView), total: counted?.total ?? 0, page, page_size: size };
  }
}

const FROM = `
  FROM ${tokenTables}
  WHERE ($1::text[] IS NULL OR (token.user_id IS NULL AND cardinality(token.group_ids) > 0
      AND token.group_ids <@ ARRAY(SELECT id FROM gateway_group WHERE name = ANY ($1))))
    AND ($2::text IS NULL OR (token.user_id IS NULL) = ($2 = 'service'))
    AND ($3::text IS NULL OR token.name ILIKE $3 OR "user".username ILIKE $3)`;
