import { Module } from '@nestjs/common';
import { ResourcesModule } from '../resources/resources.module.ts';
import { InstanceRegistry } from './instance-registry.ts';
import { InstanceRows } from './instance-rows.ts';
import { InstancesController } from './instances.controller.ts';
import { Instances } from './instances.service.ts';

/** The data planes: what they report, and how they are. */
@Module({
  imports: [ResourcesModule],
  controllers: [InstancesController],
  providers: [InstanceRegistry, InstanceRows, Instances],
  exports: [InstanceRegistry, Instances],
})
export class InstancesModule {}
