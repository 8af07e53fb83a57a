import { Controller, Get, Inject, Query } from '@nestjs/common';
import { Access } from '../access/access.decorator.ts';
import { queryInteger, queryText, type RequestQuery } from '../http/request-query.ts';
import { AuditLog, type AuditPage } from './audit-log.ts';

const LIMIT = { min: 1, max: 500, usual: 50 };

/** Who did what, when, from where. */
@Controller('api/v1/audit')
export class AuditController {
  constructor(@Inject(AuditLog) private readonly log: AuditLog) {}

  @Get()
  @Access({ role: 'admin', via: ['session', 'key'] })
  list(@Query() query: RequestQuery): Promise<AuditPage> {
    return this.log.page(queryInteger(query, 'limit', LIMIT), queryText(query, 'before'));
  }
}
