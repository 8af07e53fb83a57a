import { Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import { Access } from '../access/access.decorator.ts';
import { Author, callerOf } from '../access/author.ts';
import { maySeeProofs } from '../access/proofs.ts';
import { roleIn } from '../access/role.ts';
import { listOf } from '../http/answer-schema.ts';
import { ApiOperation } from '../http/api-operation.ts';
import { JsonBody } from '../http/json-body.ts';
import { queryFlag, type RequestQuery } from '../http/request-query.ts';
import {
  deletedGroupSchema,
  groupDetailSchema,
  groupEditSchema,
  groupSchema,
  type GroupView,
  type NewGroup,
  newGroupSchema,
} from './group.schema.ts';
import { GroupService } from './group.service.ts';
import type { GroupRow } from './group-rows.ts';

/** Gateway groups: environments, each with a configuration, a history and data planes of its own. */
@Controller('api/v1/groups')
export class GroupsController {
  constructor(@Inject(GroupService) private readonly groups: GroupService) {}

  @Get()
  @Access({ role: 'viewer', via: ['session', 'key'], anywhere: true, anyKind: true })
  @ApiOperation({ summary: 'List the gateway groups in which you have a role', answers: listOf(groupSchema) })
  async list(@Req() request: FastifyRequest): Promise<object> {
    const { grants } = callerOf(request).principal;
    const rows = (await this.groups.list()).filter(({ name }) => roleIn(grants, name) !== undefined);
    return { list: rows.map((row) => viewOf(row, request)) };
  }

  @Post()
  @Access({ role: 'admin', via: ['session', 'key'] })
  @ApiOperation({ summary: 'Make a gateway group', answers: groupSchema, refusals: [409] })
  async create(
    @JsonBody(newGroupSchema) body: NewGroup,
    @Author() author: Author,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    return viewOf(await this.groups.create(body, { author, requestId: request.id }), request);
  }

  @Get(':group')
  @Access({ role: 'viewer', via: ['session', 'key'] })
  @ApiOperation({ summary: 'Show a gateway group', answers: groupDetailSchema })
  async get(@Param('group') group: string, @Req() request: FastifyRequest): Promise<object> {
    const row = await this.groups.get(group);
    return { ...viewOf(row, request), instances: { total: row.instances, connected: row.connected.length } };
  }

  @Patch(':group')
  @Access({ role: 'admin', via: ['session', 'key'] })
  @ApiOperation({ summary: 'Describe a gateway group', answers: groupSchema })
  async describe(
    @Param('group') group: string,
    @JsonBody(groupEditSchema) body: Static<typeof groupEditSchema>,
    @Author() author: Author,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    return viewOf(await this.groups.describe(group, body.description, { author, requestId: request.id }), request);
  }

  /** The parameter is not called `group`: a role in the group alone is not enough to delete it. */
  @Delete(':name')
  @HttpCode(200)
  @Access({ role: 'admin', via: ['session', 'key'] })
  @ApiOperation({
    summary: 'Delete a gateway group with its history',
    answers: deletedGroupSchema,
    refusals: [428],
    query: {
      force: Type.Optional(Type.Boolean({ description: 'Also where it has resources, or data planes are connected.' })),
    },
  })
  async delete(
    @Param('name') name: string,
    @Query() query: RequestQuery,
    @Author() author: Author,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    await this.groups.delete(name, queryFlag(query, 'force'), { author, requestId: request.id });
    return { deleted: name };
  }
}

function viewOf(row: GroupRow, request: FastifyRequest): GroupView {
  const { name, description, etcd_prefix: prefix, revision, resource_count: count, created_at: at, digest } = row;
  return {
    name,
    description,
    etcd_prefix: prefix,
    revision,
    resource_count: count,
    created_at: at.toISOString(),
    ...(maySeeProofs(request, name) && { digest: digest.toString('hex') }),
  };
}
