import { Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Put, Query, Req } from '@nestjs/common';
import { choice } from '@sluice/schema';
import type { FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import { Access } from '../access/access.decorator.ts';
import { Author } from '../access/author.ts';
import { ApiOperation } from '../http/api-operation.ts';
import { JsonBody } from '../http/json-body.ts';
import { queryChoice, queryInteger, queryText, type RequestQuery } from '../http/request-query.ts';
import { boundedMessage } from '../resources/revision-request.ts';
import { kindNamed } from '../resources/written-value.ts';
import { DraftExamination } from './draft-examination.ts';
import { placeOf, type DraftPath, draftId } from './draft-path.ts';
import { DraftEdits } from './draft-edits.ts';
import { DraftStore } from './draft-store.ts';
import { draftView } from './draft-view.ts';
import { Drafts, draftStatesOf } from './drafts.service.ts';
import {
  draftChangedSchema,
  draftDetailSchema,
  draftDiffSchema,
  draftEditedSchema,
  draftEditListSchema,
  draftEditSchema,
  draftListSchema,
  draftSchema,
} from './drafts.schema.ts';

const op = choice(['put', 'delete']);
const value = Type.Optional(Type.Unknown({ description: 'What the resource shall be; with `put`.' }));
const base = Type.Optional(
  Type.Integer({
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    description:
      'The revision on which the value is based, such as the `modified_revision` that was read. Default: the head.',
  }),
);

const editSchema = Type.Object({ op, value, base_revision: base }, { additionalProperties: false });

const newDraftSchema = Type.Object(
  {
    message: Type.Optional(Type.String()),
    edits: Type.Optional(
      Type.Array(
        Type.Object(
          { op, kind: Type.String(), id: Type.String({ minLength: 1, maxLength: 256 }), value, base_revision: base },
          { additionalProperties: false },
        ),
        { maxItems: 20_000 },
      ),
    ),
  },
  { additionalProperties: false },
);

const messageSchema = Type.Object({ message: Type.String() }, { additionalProperties: false });

const limit = (max: number, usual: number) =>
  Type.Optional(Type.Integer({ minimum: 1, maximum: max, default: usual, description: 'Entries per page.' }));
const offset = Type.Optional(Type.Integer({ minimum: 0, description: 'Entries to pass over.' }));
const text = (description: string) => Type.Optional(Type.String({ description }));

/** Drafts and what they do. */
@Controller('api/v1/groups/:group/drafts')
export class DraftsController {
  constructor(
    @Inject(Drafts) private readonly drafts: Drafts,
    @Inject(DraftStore) private readonly store: DraftStore,
    @Inject(DraftEdits) private readonly edits: DraftEdits,
    @Inject(DraftExamination) private readonly examination: DraftExamination,
  ) {}

  @Get()
  @Access({ role: 'viewer', via: ['session', 'key'] })
  @ApiOperation({
    summary: 'List drafts, newest first',
    answers: draftListSchema,
    query: {
      state: text('Some of open, in_review, approved, rejected, published, discarded; default: the first four.'),
      author: text('Only those in which this author had a hand.'),
      before: Type.Optional(Type.Integer({ minimum: 1, description: 'Only drafts before this one.' })),
      limit: limit(100, 50),
    },
  })
  list(@Param('group') group: string, @Query() query: RequestQuery, @Author() author: Author): Promise<object> {
    const before = queryInteger(query, 'before', {
      min: 1,
      max: Number.MAX_SAFE_INTEGER,
      usual: Number.MAX_SAFE_INTEGER,
    });
    const page = { before, limit: queryInteger(query, 'limit', { min: 1, max: 100, usual: 50 }) };
    const filter = { states: draftStatesOf(queryText(query, 'state')), author: queryText(query, 'author') };
    return this.drafts.list(group, { ...page, ...filter }, author);
  }

  @Post()
  @Access({ role: 'editor', via: ['session', 'key'] })
  @ApiOperation({ summary: 'Begin a draft', answers: draftSchema })
  async create(
    @Param('group') group: string,
    @JsonBody(newDraftSchema) body: Static<typeof newDraftSchema>,
    @Author() author: Author,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    const about = { group, author, requestId: request.id, message: boundedMessage(body.message) };
    const edits = (body.edits ?? []).map((edit) => ({ ...edit, kind: kindNamed(edit.kind) }));
    return draftView(await this.drafts.create(about, edits), author);
  }

  @Get(':id')
  @Access({ role: 'viewer', via: ['session', 'key'] })
  @ApiOperation({ summary: 'Show a draft', answers: draftDetailSchema })
  get(@Param() { group, id }: DraftPath, @Author() author: Author): Promise<object> {
    return this.drafts.get(group, draftId(id), author);
  }

  @Patch(':id')
  @Access({ role: 'editor', via: ['session', 'key'] })
  @ApiOperation({ summary: 'Change the message of a draft', answers: draftSchema, refusals: [409] })
  async setMessage(
    @Param() path: DraftPath,
    @JsonBody(messageSchema) body: Static<typeof messageSchema>,
    @Author() author: Author,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    return draftView(
      await this.drafts.setMessage(placeOf(path, author, request), boundedMessage(body.message)),
      author,
    );
  }

  @Delete(':id')
  @HttpCode(200)
  @Access({ role: 'editor', via: ['session', 'key'] })
  @ApiOperation({ summary: 'Discard a draft', answers: draftSchema, refusals: [409] })
  async discard(@Param() path: DraftPath, @Author() author: Author, @Req() request: FastifyRequest): Promise<object> {
    return draftView(await this.drafts.discard(placeOf(path, author, request)), author);
  }

  @Get(':id/edits')
  @Access({ role: 'viewer', via: ['session', 'key'] })
  @ApiOperation({
    summary: 'List the edits of a draft',
    answers: draftEditListSchema,
    query: { offset, limit: limit(500, 100) },
  })
  listEdits(@Param() { group, id }: DraftPath, @Query() query: RequestQuery): Promise<object> {
    const page = {
      limit: queryInteger(query, 'limit', { min: 1, max: 500, usual: 100 }),
      offset: queryInteger(query, 'offset', { min: 0, max: 10_000_000, usual: 0 }),
    };
    return this.edits.list(group, draftId(id), page);
  }

  @Get(':id/edits/:kind/:resource')
  @Access({ role: 'viewer', via: ['session', 'key'] })
  @ApiOperation({ summary: 'Show what a draft does to a resource', answers: draftEditSchema })
  getEdit(@Param() { group, id, kind, resource }: DraftPath): Promise<object> {
    return this.edits.get(group, draftId(id), kind, resource);
  }

  @Put(':id/edits/:kind/:resource')
  @Access({ role: 'editor', via: ['session', 'key'] })
  @ApiOperation({ summary: 'Make a draft put or delete a resource', answers: draftEditedSchema, refusals: [409] })
  async putEdit(
    @Param() path: DraftPath,
    @JsonBody(editSchema) body: Static<typeof editSchema>,
    @Author() author: Author,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    const edit = { ...body, kind: kindNamed(path.kind), id: path.resource };
    const { draft, edit: shown } = await this.edits.put(placeOf(path, author, request), edit);
    return { draft: draftView(draft, author), edit: shown };
  }

  @Delete(':id/edits/:kind/:resource')
  @HttpCode(200)
  @Access({ role: 'editor', via: ['session', 'key'] })
  @ApiOperation({ summary: 'Make a draft leave a resource alone', answers: draftChangedSchema, refusals: [409] })
  async removeEdit(
    @Param() path: DraftPath,
    @Author() author: Author,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    const draft = await this.edits.remove(placeOf(path, author, request), path.kind, path.resource);
    return { draft: draftView(draft, author) };
  }

  @Get(':id/diff')
  @Access({ role: 'viewer', via: ['session', 'key'] })
  @ApiOperation({
    summary: 'Show what a draft changes',
    answers: draftDiffSchema,
    query: {
      against: Type.Optional(
        choice(['head', 'base'], { description: 'The present state, or that which the edits are based on.' }),
      ),
      offset,
    },
  })
  async diff(@Param() { group, id }: DraftPath, @Query() query: RequestQuery): Promise<object> {
    const skipped = queryInteger(query, 'offset', { min: 0, max: 10_000_000, usual: 0 });
    const against = queryChoice(query, 'against', ['head', 'base']) ?? 'head';
    return this.examination.diff(await this.store.find(group, draftId(id)), against, skipped);
  }
}
