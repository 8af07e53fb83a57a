import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { choice } from '@sluice/schema';
import Type from 'typebox';
import { pageOf } from '../../http/answer-schema.ts';
import { ApiOperation } from '../../http/api-operation.ts';
import { JsonBody } from '../../http/json-body.ts';
import type { RequestQuery } from '../../http/request-query.ts';
import { Access } from '../access.decorator.ts';
import { Requester } from '../requester.ts';
import { TokenAdministration } from './token-administration.ts';
import { TokenList, type TokenPage } from './token-list.ts';
import { type NewToken, newTokenSchema, type TokenRequest, tokenRequestSchema, tokenSchema } from './token.schema.ts';

const byAdminAnywhere = { role: 'admin', via: ['session', 'key'], anywhere: true } as const;

const listQuery = {
  type: Type.Optional(choice(['own', 'service'], { description: 'Only tokens of users, or only those of services.' })),
  search: Type.Optional(Type.String({ description: 'Part of the name, or of the name of the user.' })),
  page: Type.Optional(Type.Integer({ minimum: 1, default: 1, description: 'Which page.' })),
  page_size: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 50, description: 'Tokens per page.' })),
};

/** The tokens of programs, for administrators: of everything, or of a group those that reach no other. */
@Controller('api/v1/tokens')
export class TokensController {
  constructor(
    @Inject(TokenList) private readonly tokens: TokenList,
    @Inject(TokenAdministration) private readonly administration: TokenAdministration,
  ) {}

  @Get()
  @Access(byAdminAnywhere)
  @ApiOperation({ summary: 'List tokens', answers: pageOf(tokenSchema), query: listQuery })
  list(@Query() query: RequestQuery, @Requester() by: Requester): Promise<TokenPage> {
    return this.tokens.page(query, by);
  }

  @Post()
  @HttpCode(201)
  @Access(byAdminAnywhere)
  @ApiOperation({ summary: 'Make a token for a service', answers: newTokenSchema, showsSecret: true })
  create(@JsonBody(tokenRequestSchema) body: TokenRequest, @Requester() by: Requester): Promise<NewToken> {
    return this.administration.createService(body, by);
  }

  @Delete(':id')
  @HttpCode(204)
  @Access(byAdminAnywhere)
  @ApiOperation({ summary: 'Revoke a token', answers: null })
  revoke(@Param('id') id: string, @Requester() by: Requester): Promise<void> {
    return this.administration.revokeAny(id, by);
  }
}
