import { Controller, Delete, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { listOf } from '../../http/answer-schema.ts';
import { ApiOperation } from '../../http/api-operation.ts';
import { JsonBody } from '../../http/json-body.ts';
import { Access } from '../access.decorator.ts';
import { Requester } from '../requester.ts';
import { TokenAdministration } from '../tokens/token-administration.ts';
import { TokenList } from '../tokens/token-list.ts';
import {
  type NewToken,
  newTokenSchema,
  type TokenRequest,
  tokenRequestSchema,
  tokenSchema,
  type TokenView,
} from '../tokens/token.schema.ts';
import { endedSchema, SessionList, sessionRowSchema, type SessionView } from './session-list.ts';

/** A token must not look after tokens: what is lost with it would not end when it is revoked. */
const bySession = { role: 'viewer', via: ['session'], anywhere: true } as const;

const SESSIONS_MAX = 1_000;

/** What belongs to whoever is signed in: their sessions and their tokens. */
@Controller('api/v1/account')
export class AccountController {
  constructor(
    @Inject(SessionList) private readonly sessions: SessionList,
    @Inject(TokenList) private readonly tokens: TokenList,
    @Inject(TokenAdministration) private readonly administration: TokenAdministration,
  ) {}

  @Get('sessions')
  @Access(bySession)
  @ApiOperation({ summary: 'List your sessions', answers: listOf(sessionRowSchema) })
  async listSessions(@Requester() by: Requester): Promise<{ list: SessionView[] }> {
    const { list } = await this.sessions.list({ userId: userIdOf(by), limit: SESSIONS_MAX, offset: 0 }, by);
    return { list };
  }

  @Delete('sessions')
  @Access(bySession)
  @ApiOperation({ summary: 'End your other sessions', answers: endedSchema })
  async endOthers(@Requester() by: Requester): Promise<{ ended: number }> {
    return { ended: await this.sessions.endOthers(by) };
  }

  @Delete('sessions/:id')
  @HttpCode(204)
  @Access(bySession)
  @ApiOperation({ summary: 'End one of your sessions', answers: null })
  endSession(@Param('id') id: string, @Requester() by: Requester): Promise<void> {
    return this.sessions.end(id, by, userIdOf(by));
  }

  @Get('tokens')
  @Access(bySession)
  @ApiOperation({ summary: 'List your tokens', answers: listOf(tokenSchema) })
  async listTokens(@Requester() by: Requester): Promise<{ list: TokenView[] }> {
    return { list: await this.tokens.ofUser(userIdOf(by)) };
  }

  @Post('tokens')
  @HttpCode(201)
  @Access(bySession)
  @ApiOperation({ summary: 'Make a token of your own', answers: newTokenSchema, refusals: [409], showsSecret: true })
  createToken(@JsonBody(tokenRequestSchema) body: TokenRequest, @Requester() by: Requester): Promise<NewToken> {
    return this.administration.createOwn(body, by);
  }

  @Delete('tokens/:id')
  @HttpCode(204)
  @Access(bySession)
  @ApiOperation({ summary: 'Revoke a token of your own', answers: null })
  revokeToken(@Param('id') id: string, @Requester() by: Requester): Promise<void> {
    return this.administration.revokeOwn(id, by);
  }
}

function userIdOf({ author }: Requester): string {
  if (author.userId === null) throw new Error('A session without a user was admitted.');
  return author.userId;
}
