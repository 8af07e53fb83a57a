import { Module } from '@nestjs/common';
import { InstancesModule } from '../instances/instances.module.ts';
import { PublishingModule } from '../publishing/publishing.module.ts';
import { ResourcesModule } from '../resources/resources.module.ts';
import { EventStreams } from './event-streams.ts';
import { FleetEvents } from './fleet-events.ts';
import { FleetHistory } from './fleet-history.ts';
import { MetricsController } from './metrics.controller.ts';
import { OverviewController } from './overview.controller.ts';
import { OverviewService } from './overview.service.ts';
import { TrafficRollup } from './traffic-rollup.ts';
import { TrafficReader } from './traffic-series.ts';

/** A gateway group at a glance, live. */
@Module({
  imports: [InstancesModule, PublishingModule, ResourcesModule],
  controllers: [MetricsController, OverviewController],
  providers: [EventStreams, FleetEvents, FleetHistory, OverviewService, TrafficReader, TrafficRollup],
})
export class OverviewModule {}
