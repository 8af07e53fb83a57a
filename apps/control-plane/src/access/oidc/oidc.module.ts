import { Module } from '@nestjs/common';
import { AuditWriter } from '../../audit/audit-writer.ts';
import { SETTINGS, type Settings } from '../../config/settings.ts';
import { OidcController } from './oidc.controller.ts';
import { OidcFlows } from './oidc-flow.ts';
import { OidcProvider } from './oidc-provider.ts';
import { OIDC_PROVIDER, OidcSignIn } from './oidc-sign-in.ts';
import { OidcUsers } from './oidc-users.ts';

const provider = {
  provide: OIDC_PROVIDER,
  inject: [SETTINGS],
  useFactory: (settings: Settings) => OidcProvider.of(settings) ?? null,
};

/** Single sign-on by OpenID Connect. */
@Module({ controllers: [OidcController], providers: [AuditWriter, OidcFlows, OidcSignIn, OidcUsers, provider] })
export class OidcModule {}
