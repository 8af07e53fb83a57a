import { Module } from '@nestjs/common';
import { SchemaController } from '../catalogue/schema.controller.ts';
import { ResourcesModule } from '../resources/resources.module.ts';
import { HealthController } from './health.controller.ts';
import { SystemController } from './system.controller.ts';

/** About the process itself and what it knows: health, version, groups, schemas. */
@Module({ imports: [ResourcesModule], controllers: [HealthController, SystemController, SchemaController] })
export class SystemModule {}
