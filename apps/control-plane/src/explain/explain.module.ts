import { Module } from '@nestjs/common';
import { AuditWriter } from '../audit/audit-writer.ts';
import { InstancesModule } from '../instances/instances.module.ts';
import { ResourcesModule } from '../resources/resources.module.ts';
import { ExplainController } from './explain.controller.ts';
import { ExplainService } from './explain.service.ts';

/** Explains requests by asking a data plane. */
@Module({
  imports: [InstancesModule, ResourcesModule],
  controllers: [ExplainController],
  providers: [AuditWriter, ExplainService],
})
export class ExplainModule {}
