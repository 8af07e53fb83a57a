import { Controller, Delete, Get, HttpCode, Inject, Param, Query } from '@nestjs/common';
import Type from 'typebox';
import { pageOf } from '../../http/answer-schema.ts';
import { ApiOperation } from '../../http/api-operation.ts';
import { queryInteger, queryText, type RequestQuery } from '../../http/request-query.ts';
import { Access } from '../access.decorator.ts';
import { Requester } from '../requester.ts';
import { endedSchema, SessionList, sessionRowSchema } from './session-list.ts';

const PAGE = { min: 1, max: 1_000_000, usual: 1 };
const PAGE_SIZE = { min: 1, max: 500, usual: 50 };

const byAdmin = { role: 'admin', via: ['session', 'key'] } as const;

const listQuery = {
  username: Type.Optional(Type.String({ description: 'Only the sessions of this user.' })),
  page: Type.Optional(Type.Integer({ minimum: 1, default: 1, description: 'Which page.' })),
  page_size: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 50, description: 'Sessions per page.' })),
};

/** The sessions of everybody, for administrators. */
@Controller('api/v1')
export class SessionsController {
  constructor(@Inject(SessionList) private readonly sessions: SessionList) {}

  @Get('sessions')
  @Access(byAdmin)
  @ApiOperation({ summary: 'List sessions', answers: pageOf(sessionRowSchema), query: listQuery })
  async list(@Query() query: RequestQuery, @Requester() by: Requester) {
    const page = queryInteger(query, 'page', PAGE);
    const size = queryInteger(query, 'page_size', PAGE_SIZE);
    const filter = { username: queryText(query, 'username'), limit: size, offset: (page - 1) * size };
    return { ...(await this.sessions.list(filter, by)), page, page_size: size };
  }

  @Delete('sessions/:id')
  @HttpCode(204)
  @Access(byAdmin)
  @ApiOperation({ summary: 'End a session', answers: null })
  end(@Param('id') id: string, @Requester() by: Requester): Promise<void> {
    return this.sessions.end(id, by);
  }

  @Delete('users/:username/sessions')
  @Access(byAdmin)
  @ApiOperation({ summary: 'End all sessions of a user', answers: endedSchema })
  async endAll(@Param('username') username: string, @Requester() by: Requester): Promise<{ ended: number }> {
    return { ended: await this.sessions.endAllOf(username, by) };
  }
}
