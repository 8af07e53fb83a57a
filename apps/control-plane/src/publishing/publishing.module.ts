import { Module } from '@nestjs/common';
import { InstancesModule } from '../instances/instances.module.ts';
import { ConfigReader } from './config-reader.ts';
import { ConfigSyncHandler } from './config-sync.handler.ts';
import { ConfigSyncServer } from './config-sync.server.ts';
import { FeedDatabase } from './feed-database.ts';
import { OutboxDrain } from './outbox-drain.ts';
import { RevisionFeed } from './revision-feed.ts';
import { RevisionListener } from './revision-listener.ts';

/** Brings every revision to every data plane. */
@Module({
  imports: [InstancesModule],
  providers: [
    ConfigReader,
    ConfigSyncHandler,
    ConfigSyncServer,
    FeedDatabase,
    OutboxDrain,
    RevisionFeed,
    RevisionListener,
  ],
  exports: [RevisionFeed],
})
export class PublishingModule {}
