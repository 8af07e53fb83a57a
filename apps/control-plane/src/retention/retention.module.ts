import { Module } from '@nestjs/common';
import { AuditWriter } from '../audit/audit-writer.ts';
import { LeadershipModule } from '../leadership/leadership.module.ts';
import { ResourcesModule } from '../resources/resources.module.ts';
import { ArchiveVerification } from './archive-verification.ts';
import { ArchivesController } from './archives.controller.ts';
import { Retention } from './retention.ts';

/** Old history: when it leaves the database, where it goes, and whether it is still what it was. */
@Module({
  imports: [LeadershipModule, ResourcesModule],
  controllers: [ArchivesController],
  providers: [ArchiveVerification, AuditWriter, Retention],
})
export class RetentionModule {}
