import { Module } from '@nestjs/common';
import { AuditWriter } from '../audit/audit-writer.ts';
import { ResourcesModule } from '../resources/resources.module.ts';
import { GroupService } from './group.service.ts';
import { GroupsController } from './groups.controller.ts';

/** Making, describing and deleting gateway groups. */
@Module({ imports: [ResourcesModule], controllers: [GroupsController], providers: [AuditWriter, GroupService] })
export class GroupsModule {}
