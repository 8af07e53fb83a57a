import { Module } from '@nestjs/common';
import { ResourcesModule } from '../resources/resources.module.ts';
import { Restoration } from './restoration.ts';
import { RevisionReader } from './revision-reader.ts';
import { RevisionService } from './revision.service.ts';
import { RevisionsController } from './revisions.controller.ts';

/** Reading history, rolling back and reverting. */
@Module({
  imports: [ResourcesModule],
  controllers: [RevisionsController],
  providers: [Restoration, RevisionReader, RevisionService],
})
export class RevisionsModule {}
