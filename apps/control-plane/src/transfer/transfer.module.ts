import { Module } from '@nestjs/common';
import { AuditWriter } from '../audit/audit-writer.ts';
import { DraftsModule } from '../drafts/drafts.module.ts';
import { FleetCatalogue } from '../instances/fleet-catalogue.ts';
import { ResourcesModule } from '../resources/resources.module.ts';
import { HistoryWindow } from '../revisions/history-window.ts';
import { StateReader } from '../revisions/state-reader.ts';
import { DeclarativeController } from './declarative.controller.ts';
import { DeclarativeService } from './declarative.service.ts';
import { DocumentWriter } from './document-writer.ts';
import { ExportController } from './export.controller.ts';
import { ExportService } from './export.service.ts';
import { GroupState } from './group-state.ts';
import { ImportService } from './import.service.ts';
import { ImportsController } from './imports.controller.ts';
import { Planner } from './planner.ts';
import { ReferenceCheck } from './reference-check.ts';
import { PromotionService } from './promotion.service.ts';
import { PromotionsController } from './promotions.controller.ts';
import { ServableResources } from './servable-resources.ts';
import { SourceReader } from './sources/source-reader.ts';
import { StateWriter } from './state-writer.ts';

/** Configuration as a whole: exported, planned, applied, promoted and imported. */
@Module({
  imports: [ResourcesModule, DraftsModule],
  controllers: [DeclarativeController, ExportController, ImportsController, PromotionsController],
  providers: [
    AuditWriter,
    DeclarativeService,
    DocumentWriter,
    ExportService,
    FleetCatalogue,
    GroupState,
    HistoryWindow,
    ImportService,
    Planner,
    ReferenceCheck,
    PromotionService,
    ServableResources,
    SourceReader,
    StateReader,
    StateWriter,
  ],
})
export class TransferModule {}
