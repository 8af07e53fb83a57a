import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { SETTINGS, type Settings } from '../../config/settings.ts';
import { queryChoice, queryFlag, queryInteger, queryText, type RequestQuery } from '../../http/request-query.ts';
import { hasRoleMapping } from '../oidc/role-mapping.ts';
import { roles } from '../role.ts';
import type { UserView } from './user.schema.ts';
import { userColumns, userNamed, type UserRow, userView } from './user-rows.ts';

const PAGE = { min: 1, max: 1_000_000, usual: 1 };
const PAGE_SIZE = { min: 1, max: 500, usual: 50 };

/** A page of users. */
export interface UserPage {
  readonly list: readonly UserView[];
  readonly total: number;
  readonly page: number;
  readonly page_size: number;
}

/** Reads users for administrators. */
@Injectable()
export class UserList {
  readonly #isMapped: boolean;

  constructor(
    @Inject(SETTINGS) settings: Settings,
    @Inject(DataSource) private readonly database: DataSource,
  ) {
    this.#isMapped = hasRoleMapping(settings);
  }

  async page(query: RequestQuery): Promise<UserPage> {
    const page = queryInteger(query, 'page', PAGE);
    const size = queryInteger(query, 'page_size', PAGE_SIZE);
    const filters = [
      likePattern(queryText(query, 'search')),
      queryChoice(query, 'role', roles) ?? null,
      queryText(query, 'group') ?? null,
      queryText(query, 'disabled') === undefined ? null : queryFlag(query, 'disabled'),
    ];
    const rows = await this.database.query<(UserRow & { total: number })[]>(LIST, [
      ...filters,
      size,
      (page - 1) * size,
    ]);
    const total = rows[0]?.total ?? (await this.#count(filters));
    return { list: rows.map((row) => userView(row, this.#isMapped)), total, page, page_size: size };
  }

  async show(username: string): Promise<UserView> {
    return userView(await userNamed(this.database, username), this.#isMapped);
  }

  /** A page beyond the last one has no row that would tell. */
  async #count(filters: readonly unknown[]): Promise<number> {
    const [row] = await this.database.query<{ total: number }[]>(`SELECT count(*) AS total ${FROM}`, [...filters]);
    return row?.total ?? 0;
  }
}

const FROM = `
  FROM "user"
  WHERE ($1::text IS NULL OR username ILIKE $1 OR display_name ILIKE $1 OR email ILIKE $1)
    AND ($2::text IS NULL OR role = $2
      OR EXISTS (SELECT FROM role_binding WHERE user_id = "user".id AND role_binding.role = $2))
    AND ($3::text IS NULL OR EXISTS (SELECT FROM role_binding JOIN gateway_group ON gateway_group.id = group_id
      WHERE user_id = "user".id AND gateway_group.name = $3))
    AND ($4::boolean IS NULL OR disabled = $4)`;

const LIST = `SELECT ${userColumns}, count(*) OVER () AS total ${FROM} ORDER BY lower(username) LIMIT $5 OFFSET $6`;

/** A pattern that finds a text anywhere; what is special in patterns is not special in what people type. */
export function likePattern(text: string | undefined): string | null {
  return text === undefined ? null : `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
}
