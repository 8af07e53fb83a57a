import { type CallHandler, type ExecutionContext, Inject, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { knownCaller } from '../access/author.ts';
import { API_OPERATION, type ApiOperationInfo } from '../http/api-operation.ts';
import { rememberClaim } from './claims.ts';
import { IdempotencyKeys } from './idempotency-keys.ts';
import { idempotencyKeyOf, keyedRequest } from './keyed-request.ts';

/**
 * Carries out a request with an Idempotency-Key once. It comes after the guards, so that nobody learns by a key what the
 * caller may not see any more, and before the body is looked at.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(IdempotencyKeys) private readonly keys: IdempotencyKeys,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    // Where nobody is known, as at a sign-in, a key belongs to nobody and means nothing.
    const principal = knownCaller(request)?.principal;
    const key = principal && idempotencyKeyOf(request);
    if (!key) return next.handle();
    const keyed = keyedRequest(request, key, principal);
    await this.keys.claim(keyed);
    const info = this.reflector.get<ApiOperationInfo | undefined>(API_OPERATION, context.getHandler());
    rememberClaim(request, { keys: this.keys, keyed, isSecret: info?.showsSecret ?? false });
    return next.handle();
  }
}
