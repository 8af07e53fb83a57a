import { Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import Type from 'typebox';
import { Access } from '../access/access.decorator.ts';
import { answerObject, timeSchema } from '../http/answer-schema.ts';
import { ApiOperation } from '../http/api-operation.ts';
import { DataSource } from 'typeorm';
import { Groups } from '../resources/groups.ts';
import { ArchiveVerification } from './archive-verification.ts';

const archiveListSchema = answerObject({
  list: Type.Array(
    Type.Object({
      first: Type.Integer(),
      last: Type.Integer(),
      file: Type.String({ description: 'Below the archive directory.' }),
      bytes: Type.Integer(),
      sha256: Type.String(),
      created_at: timeSchema(),
    }),
  ),
});

const archiveReportSchema = answerObject({
  intact: Type.Boolean(),
  files: Type.Integer(),
  checked: Type.Integer({ description: 'Revisions that were checked, from the first.' }),
  unopened: Type.Integer({ description: 'Changes whose secrets no key of the ring opens any more.' }),
  broken_at: Type.Optional(Type.Integer()),
  file: Type.Optional(Type.String()),
  reason: Type.Optional(Type.String()),
});

/** The files that hold archived revisions. */
@Controller('api/v1/groups/:group/archives')
export class ArchivesController {
  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(Groups) private readonly groups: Groups,
    @Inject(ArchiveVerification) private readonly verification: ArchiveVerification,
  ) {}

  @Get()
  @Access({ role: 'admin', via: ['session', 'key'] })
  @ApiOperation({ summary: 'List the files that hold archived revisions', answers: archiveListSchema })
  async list(@Param('group') group: string): Promise<object> {
    const { id } = await this.groups.byName(group);
    return { list: await this.database.query<object[]>(ARCHIVES, [id]) };
  }

  @Post('verify')
  @HttpCode(200)
  @Access({ role: 'admin', via: ['session', 'key'] })
  @ApiOperation({
    summary: 'Check the archived revisions, from the first',
    description: 'Reads the files, so that it has to be asked of a control plane that sees them.',
    answers: archiveReportSchema,
  })
  verify(@Param('group') group: string): Promise<object> {
    return this.verification.verify(group);
  }
}

const ARCHIVES = `
  SELECT first, last, file, bytes, encode(sha256, 'hex') AS sha256, created_at FROM revision_archive
  WHERE group_id = $1 ORDER BY last`;
