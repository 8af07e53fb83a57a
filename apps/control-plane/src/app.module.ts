import { type DynamicModule, Module } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { AccessModule } from './access/access.module.ts';
import { OidcModule } from './access/oidc/oidc.module.ts';
import { PeopleModule } from './access/people.module.ts';
import { AdminApiModule } from './admin-api/admin-api.module.ts';
import { AuditModule } from './audit/audit.module.ts';
import { CatalogueModule } from './catalogue/catalogue.module.ts';
import { SettingsModule } from './config/settings.module.ts';
import type { Settings } from './config/settings.ts';
import { DashboardFilesModule } from './dashboard-files/dashboard-files.module.ts';
import { DatabaseModule } from './database/database.module.ts';
import { ExplainModule } from './explain/explain.module.ts';
import { DraftsModule } from './drafts/drafts.module.ts';
import { GroupSettingsModule } from './group-settings/group-settings.module.ts';
import { GroupsModule } from './groups/groups.module.ts';
import { IdempotencyModule } from './idempotency/idempotency.module.ts';
import { InstancesModule } from './instances/instances.module.ts';
import { JoinTokensModule } from './join-tokens/join-tokens.module.ts';
import type { MetricRegistry } from './metrics/metric-registry.ts';
import { MetricsModule } from './metrics/metrics.module.ts';
import { OpenApiModule } from './openapi/openapi.module.ts';
import { OverviewModule } from './overview/overview.module.ts';
import { PublishingModule } from './publishing/publishing.module.ts';
import { ResourcesModule } from './resources/resources.module.ts';
import { RetentionModule } from './retention/retention.module.ts';
import { RevisionsModule } from './revisions/revisions.module.ts';
import type { KeyRing } from './sealing/key-ring.ts';
import { SealingModule } from './sealing/sealing.module.ts';
import { SystemModule } from './system/system.module.ts';
import { TransferModule } from './transfer/transfer.module.ts';

/** What exists before the application is made, because without it there is no application. */
export interface Foundations {
  readonly settings: Settings;
  readonly database: DataSource;
  readonly ring: KeyRing;
  readonly metrics: MetricRegistry;
}

/** The list of modules: first what all of them use, then one per feature. */
@Module({})
export class AppModule {
  static of({ settings, database, ring, metrics }: Foundations): DynamicModule {
    const foundations = [SettingsModule.of(settings), DatabaseModule.of(database), SealingModule.of(ring)];
    return {
      module: AppModule,
      imports: [
        ...foundations,
        CatalogueModule,
        AccessModule,
        OidcModule,
        PeopleModule,
        ResourcesModule,
        GroupsModule,
        TransferModule,
        RevisionsModule,
        DraftsModule,
        GroupSettingsModule,
        RetentionModule,
        AdminApiModule,
        AuditModule,
        InstancesModule,
        ExplainModule,
        JoinTokensModule,
        PublishingModule,
        OverviewModule,
        SystemModule,
        OpenApiModule,
        IdempotencyModule,
        MetricsModule.of(metrics),
        DashboardFilesModule,
      ],
    };
  }
}
