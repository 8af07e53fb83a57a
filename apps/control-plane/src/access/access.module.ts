import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AuditWriter } from '../audit/audit-writer.ts';
import { AccessGuard } from './access.guard.ts';
import { AdminKeyGuard } from './admin-key.guard.ts';
import { ApiTokens } from './api-tokens.ts';
import { Authenticator } from './authenticator.ts';
import { FirstStart } from './first-start.ts';
import { Passwords } from './passwords.ts';
import { SessionController } from './session.controller.ts';
import { Sessions } from './sessions.ts';
import { SignIn } from './sign-in.ts';
import { Users } from './users.ts';

/** Who may do what: the guard before every handler, sessions, admin keys, and the first credentials. */
@Global()
@Module({
  controllers: [SessionController],
  providers: [
    AdminKeyGuard,
    ApiTokens,
    AuditWriter,
    Authenticator,
    FirstStart,
    Passwords,
    Sessions,
    SignIn,
    Users,
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
  exports: [AdminKeyGuard, ApiTokens, Authenticator, FirstStart, Sessions],
})
export class AccessModule {}
