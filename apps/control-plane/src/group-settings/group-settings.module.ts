import { Module } from '@nestjs/common';
import { AuditWriter } from '../audit/audit-writer.ts';
import { ResourcesModule } from '../resources/resources.module.ts';
import { GroupSettingsController } from './group-settings.controller.ts';
import { GroupSettings } from './group-settings.service.ts';

/** The rules of gateway groups: who approves, and how much history is kept. */
@Module({
  imports: [ResourcesModule],
  controllers: [GroupSettingsController],
  providers: [AuditWriter, GroupSettings],
})
export class GroupSettingsModule {}
