import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { Access } from '../access/access.decorator.ts';
import { callerOf } from '../access/author.ts';
import { maySeeProofs } from '../access/proofs.ts';
import { ApiOperation } from '../http/api-operation.ts';
import { Groups } from '../resources/groups.ts';
import { EventClient } from './event-client.ts';
import { EventStreams } from './event-streams.ts';
import { FleetEvents } from './fleet-events.ts';
import { overviewSchema } from './overview.schema.ts';
import { type Overview, OverviewService } from './overview.service.ts';

/** How a gateway group is: on one page, and as it changes. */
@Controller('api/v1/groups/:group')
export class OverviewController {
  constructor(
    @Inject(OverviewService) private readonly overview: OverviewService,
    @Inject(Groups) private readonly groups: Groups,
    @Inject(EventStreams) private readonly streams: EventStreams,
    @Inject(FleetEvents) private readonly events: FleetEvents,
  ) {}

  @Get('overview')
  @Access({ role: 'viewer', via: ['session', 'key'] })
  @ApiOperation({ summary: 'Show how a group is', answers: overviewSchema })
  show(@Param('group') group: string, @Req() request: FastifyRequest): Promise<Overview> {
    return this.overview.of(group, maySeeProofs(request, group));
  }

  @Get('events')
  @Access({ role: 'viewer', via: ['session', 'key'] })
  @ApiOperation({
    summary: 'Watch what happens in a group',
    description: 'Server-sent events: `revision`, `instance`, `metrics`.',
    answers: Type.String(),
    media: 'text/event-stream',
  })
  async watch(
    @Param('group') group: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { id: groupId } = await this.groups.byName(group);
    this.streams.requireRoom();
    const { credential } = callerOf(request).principal;
    await this.events.add(new EventClient(reply, { groupId, group, credential }));
  }
}
