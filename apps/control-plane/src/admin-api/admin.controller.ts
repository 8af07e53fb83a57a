import { All, Controller, Delete, Get, Inject, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { AdminApiAccess } from '../access/access.decorator.ts';
import { unsupportedResource } from './admin-answer.ts';
import { type AdminCall, Call } from './admin-call.ts';
import type { AdminQuery } from './admin-list.ts';
import { AdminReads } from './admin-reads.ts';
import { type AdminPath, targetOf } from './admin-target.ts';
import { AdminWrites } from './admin-writes.ts';

/** The compatible Admin API, of the default group and of named ones: one handler per verb, for every kind. */
@Controller(['apisix/admin', 'groups/:group/apisix/admin'])
@AdminApiAccess()
export class AdminController {
  constructor(
    @Inject(AdminReads) private readonly reads: AdminReads,
    @Inject(AdminWrites) private readonly writes: AdminWrites,
  ) {}

  @Get(':resource')
  list(@Param() path: AdminPath, @Query() query: AdminQuery): Promise<object> {
    return this.reads.list(targetOf(path, 'GET'), query);
  }

  @Get(':resource/:id')
  get(@Param() path: AdminPath): Promise<object> {
    return this.reads.get(targetOf(path, 'GET'));
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

  /** Below an id, a path names a part of the resource to patch, or else a kind inside a kind, which nobody serves yet. */
  @All(':resource/:id/*')
  below(@Param() path: AdminPath & { readonly '*': string }, @Call() call: AdminCall): Promise<object> {
    if (call.request.method !== 'PATCH') throw unsupportedResource(path['*'].split('/', 1)[0] ?? path.resource);
    return this.writes.patch(targetOf(path, 'PATCH'), call);
  }
}
