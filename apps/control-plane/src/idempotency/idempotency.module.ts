import { Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { LeadershipModule } from '../leadership/leadership.module.ts';
import { IdempotencyInterceptor } from './idempotency.interceptor.ts';
import { IdempotencyKeys } from './idempotency-keys.ts';
import { IdempotencySweeper } from './idempotency-sweeper.ts';

/** Requests that are carried out once, however often they are sent (draft-ietf-httpapi-idempotency-key-header). */
@Module({
  imports: [LeadershipModule],
  providers: [IdempotencyKeys, IdempotencySweeper, { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor }],
  exports: [IdempotencyKeys],
})
export class IdempotencyModule {}
