import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Access } from '../access/access.decorator.ts';
import { Author } from '../access/author.ts';
import { listOf } from '../http/answer-schema.ts';
import { ApiOperation } from '../http/api-operation.ts';
import { JsonBody } from '../http/json-body.ts';
import {
  type JoinTokenRequest,
  joinTokenSchema,
  joinTokenViewSchema,
  newJoinTokenSchema,
} from './join-token.schema.ts';
import { JoinTokens, type JoinTokenView, type NewJoinToken } from './join-tokens.service.ts';

/** The tokens with which data planes join a group. */
@Controller('api/v1/groups/:group/join-tokens')
export class JoinTokensController {
  constructor(@Inject(JoinTokens) private readonly tokens: JoinTokens) {}

  @Get()
  @Access({ role: 'admin', via: ['session', 'key'] })
  @ApiOperation({ summary: 'List the join tokens of a group', answers: listOf(joinTokenViewSchema) })
  async list(@Param('group') group: string): Promise<{ list: JoinTokenView[] }> {
    return { list: await this.tokens.list(group) };
  }

  @Post()
  @HttpCode(201)
  @Access({ role: 'admin', via: ['session', 'key'] })
  @ApiOperation({ summary: 'Make a token with which data planes join', answers: newJoinTokenSchema, showsSecret: true })
  create(
    @Param('group') group: string,
    @JsonBody(joinTokenSchema) body: JoinTokenRequest,
    @Author() author: Author,
    @Req() { id: requestId }: FastifyRequest,
  ): Promise<NewJoinToken> {
    return this.tokens.create(group, body, { author, requestId });
  }

  @Delete(':id')
  @HttpCode(204)
  @Access({ role: 'admin', via: ['session', 'key'] })
  @ApiOperation({ summary: 'Revoke a join token', answers: null })
  revoke(
    @Param('group') group: string,
    @Param('id') id: string,
    @Author() author: Author,
    @Req() { id: requestId }: FastifyRequest,
  ): Promise<void> {
    return this.tokens.revoke(group, id, { author, requestId });
  }
}
