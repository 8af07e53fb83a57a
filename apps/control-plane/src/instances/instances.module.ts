import { Module } from '@nestjs/common';
import { AuditWriter } from '../audit/audit-writer.ts';
import { ResourcesModule } from '../resources/resources.module.ts';
import { Blockage } from './blockage.ts';
import { Drain } from './drain.ts';
import { InstanceCommands } from './instance-commands.ts';
import { InstanceHistory } from './instance-history.ts';
import { InstanceQuestions } from './instance-questions.ts';
import { InstanceRegistry } from './instance-registry.ts';
import { InstanceRows } from './instance-rows.ts';
import { InstanceSweeper } from './instance-sweeper.ts';
import { InstancesController } from './instances.controller.ts';
import { Instances } from './instances.service.ts';

/** The data planes: what they report, how they are, and what they are told to do. */
@Module({
  imports: [ResourcesModule],
  controllers: [InstancesController],
  providers: [
    AuditWriter,
    Blockage,
    Drain,
    InstanceCommands,
    InstanceHistory,
    InstanceQuestions,
    InstanceRegistry,
    InstanceRows,
    InstanceSweeper,
    Instances,
  ],
  exports: [Blockage, InstanceQuestions, InstanceRegistry, Instances],
})
export class InstancesModule {}
