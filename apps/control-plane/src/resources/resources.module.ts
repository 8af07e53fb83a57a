import { Module } from '@nestjs/common';
import { AuditWriter } from '../audit/audit-writer.ts';
import { FleetCatalogue } from '../instances/fleet-catalogue.ts';
import { EffectReport } from '../revisions/effect-report.ts';
import { ChangeSetExaminer } from './change-set-examiner.ts';
import { ChangeSetWriter } from './change-set-writer.ts';
import { ChangeSetsController } from './change-sets.controller.ts';
import { ExpirySweeper } from './expiry-sweeper.ts';
import { FleetConfirmation } from './fleet-confirmation.ts';
import { Groups } from './groups.ts';
import { Preparation } from './preparation.ts';
import { ResourceService } from './resource.service.ts';
import { ResourcesController } from './resources.controller.ts';
import { RevisionWriter } from './revision-writer.ts';
import { ValueCheck } from './value-check.ts';

/** Reading and writing of resources of every kind, and `/api/v1` for them. */
@Module({
  controllers: [ResourcesController, ChangeSetsController],
  providers: [
    AuditWriter,
    ChangeSetExaminer,
    ChangeSetWriter,
    EffectReport,
    ExpirySweeper,
    FleetCatalogue,
    FleetConfirmation,
    Groups,
    Preparation,
    ResourceService,
    RevisionWriter,
    ValueCheck,
  ],
  exports: [ChangeSetExaminer, ChangeSetWriter, Groups, Preparation, ResourceService, RevisionWriter, ValueCheck],
})
export class ResourcesModule {}
