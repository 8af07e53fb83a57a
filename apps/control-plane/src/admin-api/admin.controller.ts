import {
  All,
  Controller,
  Delete,
  Get,
  Inject,
  Param,
  Patch,
  Post,
  Put,
  Query,
  Req,
  UseInterceptors,
} from '@nestjs/common';
import type { KindMethod } from '@sluice/schema';
import type { FastifyRequest } from 'fastify';
import { AdminApiAccess } from '../access/access.decorator.ts';
import { type AdminCall, Call } from './admin-call.ts';
import type { AdminQuery } from './admin-list.ts';
import { AdminReads } from './admin-reads.ts';
import { type AdminPath, targetOf } from './admin-target.ts';
import { AdminWrites } from './admin-writes.ts';
import { UnservedWarning } from './unserved-warning.ts';

/** The compatible Admin API, of the default group and of named ones: one handler per verb, for every kind. */
@Controller(['apisix/admin', 'groups/:group/apisix/admin'])
@AdminApiAccess()
@UseInterceptors(UnservedWarning)
export class AdminController {
  constructor(
    @Inject(AdminReads) private readonly reads: AdminReads,
    @Inject(AdminWrites) private readonly writes: AdminWrites,
  ) {}

  @Get(':resource')
  list(@Param() path: AdminPath, @Query() query: AdminQuery, @Req() request: FastifyRequest): Promise<object> {
    return this.reads.list(targetOf(path, 'GET'), query, request);
  }

  @Get(':resource/:id')
  get(@Param() path: AdminPath, @Req() request: FastifyRequest): Promise<object> {
    return this.reads.get(targetOf(path, 'GET'), request);
  }

  @Put([':resource', ':resource/:id'])
  put(@Param() path: AdminPath, @Call() call: AdminCall): Promise<object> {
    return this.writes.put(targetOf(path, 'PUT'), call);
  }

  @Post([':resource', ':resource/:id'])
  post(@Param() path: AdminPath, @Call() call: AdminCall): Promise<object> {
    return this.writes.post(targetOf(path, 'POST'), call);
  }

  @Patch([':resource', ':resource/:id'])
  patch(@Param() path: AdminPath, @Call() call: AdminCall): Promise<object> {
    return this.writes.patch(targetOf(path, 'PATCH'), call);
  }

  @Delete([':resource', ':resource/:id'])
  delete(@Param() path: AdminPath, @Call() call: AdminCall): Promise<object> {
    return this.writes.delete(targetOf(path, 'DELETE'), call);
  }

  /** An id of several parts, resources inside another one, or a part of the resource to patch. */
  @All(':resource/:id/*')
  below(@Param() path: AdminPath, @Query() query: AdminQuery, @Call() call: AdminCall): Promise<object> {
    const target = targetOf(path, call.request.method as KindMethod);
    const answers: Readonly<Record<KindMethod, () => Promise<object>>> = {
      GET: () =>
        target.id === undefined ? this.reads.list(target, query, call.request) : this.reads.get(target, call.request),
      PUT: () => this.writes.put(target, call),
      POST: () => this.writes.post(target, call),
      PATCH: () => this.writes.patch(target, call),
      DELETE: () => this.writes.delete(target, call),
    };
    return answers[call.request.method as KindMethod]();
  }
}
