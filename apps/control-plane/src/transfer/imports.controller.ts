import { Controller, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Access } from '../access/access.decorator.ts';
import { Author } from '../access/author.ts';
import { ApiOperation } from '../http/api-operation.ts';
import { JsonBody } from '../http/json-body.ts';
import { writeQuery } from '../resources/resource.schema.ts';
import { revisionRequest } from '../resources/revision-request.ts';
import { changeListSchema, type ChangeListView } from './change-list.schema.ts';
import { type ImportBody, importSchema } from './import.schema.ts';
import { ImportService } from './import.service.ts';

/** Configuration from elsewhere. */
@Controller('api/v1/groups/:group/imports')
export class ImportsController {
  constructor(@Inject(ImportService) private readonly imports: ImportService) {}

  @Post()
  @HttpCode(200)
  @Access({ role: 'editor', via: ['session', 'key'] })
  @ApiOperation({
    summary: 'Import a configuration as one revision, with a report of what has no counterpart',
    description: 'Sources that are fetched (apisix, etcd) need the role of an admin.',
    answers: changeListSchema,
    query: { dry_run: writeQuery.dry_run, force: writeQuery.force, confirm: writeQuery.confirm },
    refusals: [412, 428],
  })
  import(
    @Param('group') group: string,
    @JsonBody(importSchema) body: ImportBody,
    @Author() author: Author,
    @Req() request: FastifyRequest,
  ): Promise<ChangeListView> {
    return this.imports.import(group, body, author, revisionRequest(author, request));
  }
}
