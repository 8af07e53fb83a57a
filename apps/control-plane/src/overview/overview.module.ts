import { Module } from '@nestjs/common';
import { InstancesModule } from '../instances/instances.module.ts';
import { PublishingModule } from '../publishing/publishing.module.ts';
import { ResourcesModule } from '../resources/resources.module.ts';
import { EventStreams } from './event-streams.ts';
import { FleetEvents } from './fleet-events.ts';
import { FleetHistory } from './fleet-history.ts';
import { OverviewController } from './overview.controller.ts';
import { OverviewService } from './overview.service.ts';

/** A gateway group at a glance, live. */
@Module({
  imports: [InstancesModule, PublishingModule, ResourcesModule],
  controllers: [OverviewController],
  providers: [EventStreams, FleetEvents, FleetHistory, OverviewService],
})
export class OverviewModule {}
