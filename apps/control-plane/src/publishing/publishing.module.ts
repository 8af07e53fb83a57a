import { Module } from '@nestjs/common';
import { AuditWriter } from '../audit/audit-writer.ts';
import { InstancesModule } from '../instances/instances.module.ts';
import { JoinTokensModule } from '../join-tokens/join-tokens.module.ts';
import { LeadershipModule } from '../leadership/leadership.module.ts';
import { ConfigReader } from './config-reader.ts';
import { ConfigSyncHandler } from './config-sync.handler.ts';
import { ConfigSyncServer } from './config-sync.server.ts';
import { EtcdPublishing } from './etcd/etcd-publishing.ts';
import { PublicationLedger } from './etcd/publication-ledger.ts';
import { FeedDatabase } from './feed-database.ts';
import { OutboxDrain } from './outbox-drain.ts';
import { RevisionFeed } from './revision-feed.ts';
import { RevisionListener } from './revision-listener.ts';

/** Brings every revision to every data plane. */
@Module({
  imports: [InstancesModule, JoinTokensModule, LeadershipModule],
  providers: [
    AuditWriter,
    ConfigReader,
    ConfigSyncHandler,
    ConfigSyncServer,
    EtcdPublishing,
    FeedDatabase,
    OutboxDrain,
    PublicationLedger,
    RevisionFeed,
    RevisionListener,
  ],
  exports: [EtcdPublishing, RevisionFeed],
})
export class PublishingModule {}
