import { Readable } from 'node:stream';
import { Controller, Get, HttpCode, Inject, Post, Query, Req, Res } from '@nestjs/common';
import { choice } from '@sluice/schema';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { Access } from '../access/access.decorator.ts';
import { callerOf } from '../access/author.ts';
import { Requester } from '../access/requester.ts';
import { ApiOperation } from '../http/api-operation.ts';
import { OptionalJsonBody } from '../http/json-body.ts';
import { queryChoice, queryInteger, queryText, type RequestQuery } from '../http/request-query.ts';
import { AuditExport, exportFormats } from './audit-export.ts';
import { auditFilterOf } from './audit-filter.ts';
import { AuditLog, type AuditPage } from './audit-log.ts';
import {
  auditPageSchema,
  auditQuery,
  verificationSchema,
  type VerificationView,
  verifySchema,
} from './audit.schema.ts';
import { Verification } from './verification.ts';

const LIMIT = { min: 1, max: 500, usual: 50 };

const byAdmin = { role: 'admin', via: ['session', 'key'], anywhere: true } as const;

const pageQuery = {
  ...auditQuery,
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 50, description: 'Entries per page.' })),
  before: Type.Optional(Type.String({ description: 'The `next` of an earlier page.' })),
};

const exportQuery = {
  ...auditQuery,
  format: Type.Optional(choice([...exportFormats], { description: 'JSON lines, or a table.', default: 'jsonl' })),
};

/** Who did what, when, from where. The administrator of a group sees what belongs to the group. */
@Controller('api/v1/audit')
export class AuditController {
  constructor(
    @Inject(AuditLog) private readonly log: AuditLog,
    @Inject(AuditExport) private readonly exports: AuditExport,
    @Inject(Verification) private readonly verification: Verification,
  ) {}

  @Get()
  @Access(byAdmin)
  @ApiOperation({ summary: 'Read the audit trail', answers: auditPageSchema, query: pageQuery })
  list(@Query() query: RequestQuery, @Req() request: FastifyRequest): Promise<AuditPage> {
    const page = { limit: queryInteger(query, 'limit', LIMIT), before: queryText(query, 'before') };
    return this.log.page(auditFilterOf(query), callerOf(request).principal.grants, page);
  }

  @Get('actions')
  @Access(byAdmin)
  @ApiOperation({ summary: 'List the actions that occur', answers: Type.Object({ list: Type.Array(Type.String()) }) })
  async actions(): Promise<{ list: string[] }> {
    return { list: await this.log.actions() };
  }

  @Get('export')
  @Access(byAdmin)
  @ApiOperation({
    summary: 'Take the audit trail along as a file',
    description: 'JSON lines, or CSV that no spreadsheet runs as formulas.',
    answers: Type.String(),
    media: 'application/x-ndjson',
    query: exportQuery,
  })
  async export(@Query() query: RequestQuery, @Requester() by: Requester, @Res() reply: FastifyReply): Promise<void> {
    const format = queryChoice(query, 'format', exportFormats) ?? 'jsonl';
    const lines = await this.exports.start(auditFilterOf(query), format, by);
    const type = format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson';
    void reply.header('content-type', type).header('content-disposition', `attachment; filename="audit.${format}"`);
    await reply.send(Readable.from(lines));
  }

  @Post('verify')
  @HttpCode(200)
  @Access(byAdmin)
  @ApiOperation({
    summary: 'Check that nobody has tampered with history or audit trail',
    answers: verificationSchema,
    refusals: [409],
  })
  verify(
    @OptionalJsonBody(verifySchema) body: { readonly group?: string } | undefined,
    @Requester() by: Requester,
  ): Promise<VerificationView> {
    return this.verification.run(body?.group, by);
  }
}
