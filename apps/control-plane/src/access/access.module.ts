import { Global, Module } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { AuditWriter } from '../audit/audit-writer.ts';
import { AccessGuard } from './access.guard.ts';
import { AdminKeyGuard } from './admin-key.guard.ts';
import { ApiTokens } from './api-tokens.ts';
import { Authenticator } from './authenticator.ts';
import { FirstStart } from './first-start.ts';
import { Keyless } from './keyless.ts';
import { Passwords } from './passwords.ts';
import { RefusalRecorder } from './refusal-recorder.ts';
import { RefusedWrites } from './refused-writes.ts';
import { SessionController } from './session.controller.ts';
import { SessionViews } from './session-views.ts';
import { Sessions } from './sessions.ts';
import { SignIn } from './sign-in.ts';
import { SignInLimit } from './sign-in-limit.ts';
import { Users } from './users.ts';

/** Who may do what: the guard before every handler, sessions, tokens, and the first credentials. */
@Global()
@Module({
  controllers: [SessionController],
  providers: [
    AdminKeyGuard,
    ApiTokens,
    AuditWriter,
    Authenticator,
    FirstStart,
    Keyless,
    Passwords,
    RefusedWrites,
    SessionViews,
    Sessions,
    SignIn,
    SignInLimit,
    Users,
    { provide: APP_GUARD, useClass: AccessGuard },
    { provide: APP_INTERCEPTOR, useClass: RefusalRecorder },
  ],
  exports: [AdminKeyGuard, ApiTokens, Authenticator, FirstStart, Passwords, Sessions, SignIn, SignInLimit, Users],
})
export class AccessModule {}
