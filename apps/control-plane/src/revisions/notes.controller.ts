import { Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Put, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import { Access } from '../access/access.decorator.ts';
import { Author } from '../access/author.ts';
import { answerObject, listOf } from '../http/answer-schema.ts';
import { ApiOperation } from '../http/api-operation.ts';
import { JsonBody, OptionalJsonBody } from '../http/json-body.ts';
import { Refusal } from '../http/refusal.ts';
import { RevisionComments } from './comments.ts';
import { RevisionLabels, type RevisionPlace } from './labels.ts';
import { revisionNumber } from './revision-number.ts';
import { commentSchema, labelListSchema, labelsSchema } from './revisions.schema.ts';

const labelSchema = Type.Object(
  { exclusive: Type.Optional(Type.Boolean({ description: 'Take the label from all other revisions.' })) },
  { additionalProperties: false },
);

const textSchema = Type.Object(
  { text: Type.String({ minLength: 1, maxLength: 4000 }) },
  { additionalProperties: false },
);

/** What people add to revisions: labels and comments. */
@Controller('api/v1/groups/:group')
export class NotesController {
  constructor(
    @Inject(RevisionLabels) private readonly labels: RevisionLabels,
    @Inject(RevisionComments) private readonly comments: RevisionComments,
  ) {}

  @Get('labels')
  @Access({ role: 'viewer', via: ['session', 'key'] })
  @ApiOperation({ summary: 'List the labels of revisions', answers: labelListSchema })
  async listLabels(@Param('group') group: string): Promise<object> {
    return { list: await this.labels.list(group) };
  }

  @Put('revisions/:number/labels/:label')
  @Access({ role: 'editor', via: ['session', 'key'] })
  @ApiOperation({ summary: 'Label a revision', answers: labelsSchema, refusals: [410] })
  async setLabel(
    @Param() path: NotePath,
    @OptionalJsonBody(labelSchema) body: Static<typeof labelSchema> | undefined,
    @Author() author: Author,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    return { labels: await this.labels.set(placeOf(path, author, request), path.label, body?.exclusive ?? false) };
  }

  @Delete('revisions/:number/labels/:label')
  @Access({ role: 'editor', via: ['session', 'key'] })
  @ApiOperation({ summary: 'Take a label from a revision', answers: labelsSchema, refusals: [410] })
  async removeLabel(
    @Param() path: NotePath,
    @Author() author: Author,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    return { labels: await this.labels.remove(placeOf(path, author, request), path.label) };
  }

  @Get('revisions/:number/comments')
  @Access({ role: 'viewer', via: ['session', 'key'] })
  @ApiOperation({ summary: 'List the comments on a revision', answers: listOf(commentSchema), refusals: [410] })
  async listComments(@Param() { group, number }: NotePath): Promise<object> {
    return { list: await this.comments.list(group, revisionNumber(number)) };
  }

  @Post('revisions/:number/comments')
  @Access({ role: 'editor', via: ['session', 'key'] })
  @ApiOperation({ summary: 'Comment on a revision', answers: commentSchema, refusals: [410] })
  addComment(
    @Param() path: NotePath,
    @JsonBody(textSchema) { text }: Static<typeof textSchema>,
    @Author() author: Author,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    return this.comments.add(placeOf(path, author, request), text);
  }

  @Patch('revisions/:number/comments/:id')
  @Access({ role: 'editor', via: ['session', 'key'] })
  @ApiOperation({ summary: 'Change a comment of your own', answers: commentSchema, refusals: [410] })
  editComment(
    @Param() path: NotePath,
    @JsonBody(textSchema) { text }: Static<typeof textSchema>,
    @Author() author: Author,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    return this.comments.edit(placeOf(path, author, request), commentId(path.id), text);
  }

  @Delete('revisions/:number/comments/:id')
  @HttpCode(200)
  @Access({ role: 'editor', via: ['session', 'key'] })
  @ApiOperation({
    summary: 'Remove a comment of your own',
    description: 'An admin may remove those of others too.',
    answers: answerObject({}),
    refusals: [410],
  })
  async removeComment(
    @Param() path: NotePath,
    @Author() author: Author,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    await this.comments.remove(placeOf(path, author, request), commentId(path.id));
    return {};
  }
}

interface NotePath {
  readonly group: string;
  readonly number: string;
  readonly label: string;
  readonly id: string;
}

function placeOf({ group, number }: NotePath, author: Author, request: FastifyRequest): RevisionPlace {
  return { group, number: revisionNumber(number), author, requestId: request.id };
}

function commentId(text: string): number {
  const id = /^[1-9]\d{0,15}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(id)) return id;
  throw new Refusal('NOT_FOUND', 'There is no such comment.');
}
