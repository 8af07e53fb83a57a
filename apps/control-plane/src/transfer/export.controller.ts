import { Readable } from 'node:stream';
import { Controller, Get, Inject, Param, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { Access } from '../access/access.decorator.ts';
import { Author } from '../access/author.ts';
import { ApiOperation } from '../http/api-operation.ts';
import { queryChoice, queryInteger, type RequestQuery } from '../http/request-query.ts';
import { ExportService } from './export.service.ts';

const media = { yaml: 'application/yaml; charset=utf-8', json: 'application/json; charset=utf-8' } as const;

/** A group as one document. */
@Controller('api/v1/groups/:group/export')
export class ExportController {
  constructor(@Inject(ExportService) private readonly exports: ExportService) {}

  @Get()
  @Access({ role: 'viewer', via: ['session', 'key'] })
  @ApiOperation({
    summary: 'Export a group as one document',
    description: 'Equal states give equal bytes. `secrets=encrypted` needs the role of an admin.',
    answers: Type.String(),
    media: 'application/yaml',
    refusals: [410],
    query: {
      format: Type.Optional(
        Type.String({ enum: ['yaml', 'json'], default: 'yaml', description: 'Form of the document.' }),
      ),
      secrets: Type.Optional(
        Type.String({
          enum: ['redacted', 'encrypted'],
          default: 'redacted',
          description: 'Leave secrets out, or seal them so that an installation with the same key ring can read them.',
        }),
      ),
      times: Type.Optional(
        Type.String({ enum: ['keep', 'omit'], default: 'keep', description: 'Times of creation and change.' }),
      ),
      revision: Type.Optional(Type.Integer({ minimum: 1, description: 'The state after this revision.' })),
    },
  })
  async export(
    @Param('group') group: string,
    @Query() query: RequestQuery,
    @Author() author: Author,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const format = queryChoice(query, 'format', ['yaml', 'json']) ?? 'yaml';
    const asked = queryInteger(query, 'revision', { min: 0, max: Number.MAX_SAFE_INTEGER, usual: 0 });
    const { revision, parts } = await this.exports.export(
      group,
      {
        format,
        secrets: queryChoice(query, 'secrets', ['redacted', 'encrypted']) ?? 'redacted',
        keepsTimes: queryChoice(query, 'times', ['keep', 'omit']) !== 'omit',
        revision: asked === 0 ? undefined : asked,
      },
      { author, requestId: request.id },
    );
    void reply
      .headers({
        'content-type': media[format],
        'content-disposition': `attachment; filename="${group}-r${revision}.${format}"`,
        'x-sluice-revision': String(revision),
      })
      .send(Readable.from(parts, { objectMode: false }));
  }
}
