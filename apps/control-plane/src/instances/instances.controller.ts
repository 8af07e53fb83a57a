import { Controller, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import { Access } from '../access/access.decorator.ts';
import { Author } from '../access/author.ts';
import { ApiOperation } from '../http/api-operation.ts';
import { queryInteger, type RequestQuery } from '../http/request-query.ts';
import { Groups } from '../resources/groups.ts';
import { Blockage, type Blocked } from './blockage.ts';
import { Drain } from './drain.ts';
import type { CommandView } from './instance-commands.ts';
import { type EventPage, InstanceHistory } from './instance-history.ts';
import { commandSchema, instanceDetailSchema, instanceEventsSchema, instanceListSchema } from './instance.schema.ts';
import { type Instance, toInstance } from './instance-view.ts';
import { Instances } from './instances.service.ts';

const NUMBER_MAX = Number.MAX_SAFE_INTEGER;

const historyQuery = {
  before: Type.Optional(Type.Integer({ minimum: 1, description: 'The `next` of the page before.' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50, description: 'Events on a page.' })),
};

/** The data planes of a gateway group. */
@Controller('api/v1/groups/:group/instances')
export class InstancesController {
  constructor(
    @Inject(Groups) private readonly groups: Groups,
    @Inject(Instances) private readonly instances: Instances,
    @Inject(InstanceHistory) private readonly histories: InstanceHistory,
    @Inject(Blockage) private readonly blockage: Blockage,
    @Inject(Drain) private readonly drains: Drain,
  ) {}

  @Get()
  @Access({ role: 'viewer', via: ['session', 'key'] })
  @ApiOperation({ summary: 'List the data planes of a group', answers: instanceListSchema })
  async list(@Param('group') group: string): Promise<{ list: Instance[]; blocked: Blocked | null }> {
    const { id: groupId } = await this.groups.byName(group);
    const rows = await this.instances.rows(groupId);
    return { list: rows.map(toInstance), blocked: await this.blockage.of(groupId, rows) };
  }

  @Get(':id')
  @Access({ role: 'viewer', via: ['session', 'key'] })
  @ApiOperation({ summary: 'Show a data plane', answers: instanceDetailSchema })
  async get(@Param() { group, id }: InstancePath): Promise<Instance & { commands: CommandView[] }> {
    const { id: groupId } = await this.groups.byName(group);
    const instance = toInstance(await this.instances.row(groupId, id));
    return { ...instance, commands: await this.histories.commands(groupId, id) };
  }

  @Get(':id/history')
  @Access({ role: 'viewer', via: ['session', 'key'] })
  @ApiOperation({ summary: 'List what happened to a data plane', answers: instanceEventsSchema, query: historyQuery })
  async history(@Param() { group, id }: InstancePath, @Query() query: RequestQuery): Promise<EventPage> {
    const before = queryInteger(query, 'before', { min: 1, max: NUMBER_MAX, usual: NUMBER_MAX });
    const limit = queryInteger(query, 'limit', { min: 1, max: 200, usual: 50 });
    const { id: groupId } = await this.groups.byName(group);
    await this.instances.row(groupId, id);
    return this.histories.events(groupId, id, { before, limit });
  }

  @Post(':id/drain')
  @HttpCode(202)
  @Access({ role: 'editor', via: ['session', 'key'] })
  @ApiOperation({
    summary: 'Drain a data plane: it finishes what is under way and takes nothing new',
    answers: Type.Object({ command: commandSchema }),
  })
  async drain(
    @Param() { group, id }: InstancePath,
    @Author() author: Author,
    @Req() { id: requestId }: FastifyRequest,
  ): Promise<{ command: CommandView }> {
    return { command: await this.drains.order(group, id, author, requestId) };
  }
}

interface InstancePath {
  readonly group: string;
  readonly id: string;
}
