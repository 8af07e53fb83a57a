import { Controller, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Access } from '../access/access.decorator.ts';
import { Author } from '../access/author.ts';
import { ApiOperation } from '../http/api-operation.ts';
import { JsonBody } from '../http/json-body.ts';
import { writeQuery } from '../resources/resource.schema.ts';
import { revisionRequest } from '../resources/revision-request.ts';
import { changeListSchema, type ChangeListView } from './change-list.schema.ts';
import { type ApplyBody, applySchema } from './declarative.schema.ts';
import { DeclarativeService } from './declarative.service.ts';

/** A group as a document says it should be: first what that would do, then doing it. */
@Controller('api/v1/groups/:group')
export class DeclarativeController {
  constructor(@Inject(DeclarativeService) private readonly declarative: DeclarativeService) {}

  @Post('plan')
  @HttpCode(200)
  @Access({ role: 'editor', via: ['session', 'key'] })
  @ApiOperation({
    summary: 'Show what applying a document would change',
    description: 'An editor is needed, as for the write: whoever may compare can try out what a secret might be.',
    answers: changeListSchema,
    refusals: [412],
  })
  plan(
    @Param('group') group: string,
    @JsonBody(applySchema) body: ApplyBody,
    @Author() author: Author,
    @Req() request: FastifyRequest,
  ): Promise<ChangeListView> {
    return this.declarative.apply(group, body, author, { ...revisionRequest(author, request), dryRun: true });
  }

  @Post('apply')
  @HttpCode(200)
  @Access({ role: 'editor', via: ['session', 'key'] })
  @ApiOperation({
    summary: 'Make a group what a document says, as one revision',
    answers: changeListSchema,
    query: { dry_run: writeQuery.dry_run, force: writeQuery.force, confirm: writeQuery.confirm },
    refusals: [412, 428],
  })
  apply(
    @Param('group') group: string,
    @JsonBody(applySchema) body: ApplyBody,
    @Author() author: Author,
    @Req() request: FastifyRequest,
  ): Promise<ChangeListView> {
    return this.declarative.apply(group, body, author, revisionRequest(author, request));
  }
}
