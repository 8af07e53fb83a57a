import { Module } from '@nestjs/common';
import { AuditWriter } from '../audit/audit-writer.ts';
import { DraftsModule } from '../drafts/drafts.module.ts';
import { ResourcesModule } from '../resources/resources.module.ts';
import { BlameReader } from './blame-reader.ts';
import { RevisionComments } from './comments.ts';
import { HistoryController } from './history.controller.ts';
import { RevisionLabels } from './labels.ts';
import { NotesController } from './notes.controller.ts';
import { ResourceHistory } from './resource-history.ts';
import { Restoration } from './restoration.ts';
import { RevisionReader } from './revision-reader.ts';
import { RevisionService } from './revision.service.ts';
import { RevisionsController } from './revisions.controller.ts';
import { StateReader } from './state-reader.ts';
import { WaysBack } from './ways-back.ts';

/** Reading history, adding to it, and the ways back. */
@Module({
  imports: [ResourcesModule, DraftsModule],
  controllers: [RevisionsController, NotesController, HistoryController],
  providers: [
    AuditWriter,
    BlameReader,
    ResourceHistory,
    Restoration,
    RevisionComments,
    RevisionLabels,
    RevisionReader,
    RevisionService,
    StateReader,
    WaysBack,
  ],
  exports: [StateReader],
})
export class RevisionsModule {}
