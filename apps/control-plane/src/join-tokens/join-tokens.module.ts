import { Module } from '@nestjs/common';
import { AuditWriter } from '../audit/audit-writer.ts';
import { ResourcesModule } from '../resources/resources.module.ts';
import { Admission } from './admission.ts';
import { JoinTokensController } from './join-tokens.controller.ts';
import { JoinTokens } from './join-tokens.service.ts';
import { SERVER_IDENTITY, serverIdentityProvider } from './server-identity.ts';

/** Who may join a group as a data plane, and by what it knows this control plane. */
@Module({
  imports: [ResourcesModule],
  controllers: [JoinTokensController],
  providers: [Admission, AuditWriter, JoinTokens, serverIdentityProvider],
  exports: [Admission, SERVER_IDENTITY],
})
export class JoinTokensModule {}
