import { type CallHandler, type ExecutionContext, Inject, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { catchError, from, mergeMap, type Observable, throwError } from 'rxjs';
import { findCaller } from './author.ts';
import { RefusedWrites } from './refused-writes.ts';

/** Writes down what handlers refuse for want of rights; what the guards refuse, they write down themselves. */
@Injectable()
export class RefusalRecorder implements NestInterceptor {
  constructor(@Inject(RefusedWrites) private readonly refusals: RefusedWrites) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    return next.handle().pipe(
      catchError((error: unknown) => {
        const caller = findCaller(request);
        if (!caller) return throwError(() => error);
        return from(this.refusals.record(request, caller.principal, error)).pipe(
          mergeMap(() => throwError(() => error)),
        );
      }),
    );
  }
}
