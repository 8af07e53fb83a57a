import { Module } from '@nestjs/common';
import { AuditWriter } from '../audit/audit-writer.ts';
import { ResourcesModule } from '../resources/resources.module.ts';
import { AdminConfigCheck } from './admin-config-check.ts';
import { AdminReads } from './admin-reads.ts';
import { AdminSchemasController } from './admin-schemas.controller.ts';
import { AdminWrites } from './admin-writes.ts';
import { AdminController } from './admin.controller.ts';
import { EchoedValues } from './echoed-values.ts';
import { ShownValues } from './shown-values.ts';
import { UnservedWarning } from './unserved-warning.ts';

/** The Admin API that APISIX's clients know. */
@Module({
  imports: [ResourcesModule],
  controllers: [AdminSchemasController, AdminController],
  providers: [AdminConfigCheck, AdminReads, AdminWrites, AuditWriter, EchoedValues, ShownValues, UnservedWarning],
})
export class AdminApiModule {}
