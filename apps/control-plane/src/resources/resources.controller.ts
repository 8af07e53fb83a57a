import {
  Controller,
  Delete,
  Get,
  Headers,
  HttpStatus,
  Inject,
  Param,
  Post,
  Put,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import { warningsOf, type JsonValue } from '@sluice/schema';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Access } from '../access/access.decorator.ts';
import { Author } from '../access/author.ts';
import { pageOf as pageSchema } from '../http/answer-schema.ts';
import { ApiOperation } from '../http/api-operation.ts';
import { JsonBody } from '../http/json-body.ts';
import { queryText, type RequestQuery } from '../http/request-query.ts';
import { entityTag, expectationOf } from './expectation.ts';
import { pageOf, resourceQueryOf } from './list-query.ts';
import { ResourceService, type WrittenOne } from './resource.service.ts';
import { resourceView } from './resource-view.ts';
import {
  anyValueSchema,
  conditionHeaders,
  createQuery,
  madeRevisionSchema,
  resourceListQuery,
  resourceSchema,
  writeQuery,
  writtenSchema,
} from './resource.schema.ts';
import { revisionRequest } from './revision-request.ts';
import { kindOf, requireMethod, requireParent, writtenValue } from './written-value.ts';

const pageOfResources = pageSchema(resourceSchema);
const writing = { answers: writtenSchema, statuses: [200, 201], query: writeQuery, body: { schema: anyValueSchema } };

/** Resources of every kind, secrets masked. */
@Controller('api/v1/groups/:group/resources/:plural')
export class ResourcesController {
  constructor(@Inject(ResourceService) private readonly resources: ResourceService) {}

  @Get()
  @Access({ role: 'viewer', via: ['session', 'key'] })
  @ApiOperation({ summary: 'List resources of a kind', answers: pageOfResources, query: resourceListQuery })
  async list(@Param('group') group: string, @Param('plural') plural: string, @Query() query: RequestQuery) {
    const { list, total } = await this.resources.list(group, resourceQueryOf(kindOf(plural).name, query));
    const { page, size } = pageOf(query);
    return { list: list.map(resourceView), total, page, page_size: size };
  }

  @Get(':id')
  @Access({ role: 'viewer', via: ['session', 'key'] })
  @ApiOperation({ summary: 'Show a resource', answers: resourceSchema })
  async get(
    @Param('group') group: string,
    @Param('plural') plural: string,
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const stored = await this.resources.get(group, kindOf(plural), id);
    void reply.header('etag', entityTag(stored.modifiedRevision));
    return resourceView(stored);
  }

  @Put(':id')
  @Access({ role: 'editor', via: ['session', 'key'] })
  @ApiOperation({
    summary: 'Create or replace a resource',
    ...writing,
    headers: conditionHeaders,
    refusals: [412, 428],
  })
  async put(
    @Param() { group, plural, id }: ResourcePath,
    @JsonBody() body: JsonValue,
    @Headers() headers: Conditions,
    @Author() author: Author,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const kind = kindOf(plural);
    const expects = expectationOf(headers['if-match'], headers['if-none-match']);
    const change = { op: 'put', kind, id, value: writtenValue(kind, id, body), expects } as const;
    return answer(await this.resources.writeOne(group, change, revisionRequest(author, request)), reply);
  }

  @Post()
  @Access({ role: 'editor', via: ['session', 'key'] })
  @ApiOperation({
    summary: 'Create a resource under an id of its own',
    ...writing,
    query: createQuery,
    refusals: [428],
  })
  async post(
    @Param() { group, plural }: Omit<ResourcePath, 'id'>,
    @JsonBody() body: JsonValue,
    @Author() author: Author,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const kind = kindOf(plural);
    requireMethod(kind, 'POST');
    const parent = requireParent(kind, queryText(request.query as RequestQuery, 'parent'));
    const change = { op: 'put', kind, id: null, parent, value: writtenValue(kind, null, body) } as const;
    return answer(await this.resources.writeOne(group, change, revisionRequest(author, request)), reply);
  }

  @Delete(':id')
  @Access({ role: 'editor', via: ['session', 'key'] })
  @ApiOperation({
    summary: 'Delete a resource',
    answers: madeRevisionSchema,
    query: writeQuery,
    headers: conditionHeaders,
    refusals: [412],
  })
  async delete(
    @Param() { group, plural, id }: ResourcePath,
    @Headers() headers: Conditions,
    @Author() author: Author,
    @Req() request: FastifyRequest,
  ) {
    const expects = expectationOf(headers['if-match'], headers['if-none-match']);
    const change = { op: 'delete', kind: kindOf(plural), id, expects } as const;
    const { revision } = await this.resources.writeOne(group, change, revisionRequest(author, request));
    return { revision };
  }
}

interface ResourcePath {
  readonly group: string;
  readonly plural: string;
  readonly id: string;
}

interface Conditions {
  readonly 'if-match'?: string;
  readonly 'if-none-match'?: string;
}

function answer({ revision, outcome }: WrittenOne, reply: FastifyReply): object {
  void reply.status(outcome.action === 'create' ? HttpStatus.CREATED : HttpStatus.OK);
  if (!outcome.resource) return { resource: null, revision, warnings: [] };
  void reply.header('etag', entityTag(outcome.resource.modifiedRevision));
  return { resource: resourceView(outcome.resource), revision, warnings: warningsOf(outcome.resource.kind) };
}
