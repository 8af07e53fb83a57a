import { Module } from '@nestjs/common';
import { AuditWriter } from '../audit/audit-writer.ts';
import { FleetCatalogue } from '../instances/fleet-catalogue.ts';
import { ResourcesModule } from '../resources/resources.module.ts';
import { EffectReport } from '../revisions/effect-report.ts';
import { HistoryWindow } from '../revisions/history-window.ts';
import { Conflicts } from './conflicts.ts';
import { DraftEdits } from './draft-edits.ts';
import { DraftExamination } from './draft-examination.ts';
import { DraftPublication } from './draft-publication.ts';
import { DraftRebase } from './draft-rebase.ts';
import { DraftReviewController } from './draft-review.controller.ts';
import { DraftReview } from './draft-review.ts';
import { DraftStore } from './draft-store.ts';
import { DraftsController } from './drafts.controller.ts';
import { Drafts } from './drafts.service.ts';
import { WantedValues } from './wanted-value.ts';

/** Change sets that are put together, reviewed and published. */
@Module({
  imports: [ResourcesModule],
  controllers: [DraftsController, DraftReviewController],
  providers: [
    AuditWriter,
    Conflicts,
    DraftEdits,
    DraftExamination,
    DraftPublication,
    DraftRebase,
    DraftReview,
    DraftStore,
    Drafts,
    EffectReport,
    FleetCatalogue,
    HistoryWindow,
    WantedValues,
  ],
  exports: [Drafts, EffectReport, HistoryWindow],
})
export class DraftsModule {}
