import { Module } from '@nestjs/common';
import { ResourcesModule } from '../resources/resources.module.ts';
import { AdminReads } from './admin-reads.ts';
import { AdminSchemasController } from './admin-schemas.controller.ts';
import { AdminWrites } from './admin-writes.ts';
import { AdminController } from './admin.controller.ts';

/** The Admin API that APISIX's clients know. */
@Module({
  imports: [ResourcesModule],
  controllers: [AdminSchemasController, AdminController],
  providers: [AdminReads, AdminWrites],
})
export class AdminApiModule {}
