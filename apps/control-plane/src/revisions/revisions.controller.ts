import { Controller, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import { Access } from '../access/access.decorator.ts';
import { Author } from '../access/author.ts';
import { maySeeProofs } from '../access/proofs.ts';
import { answerObject, orNull } from '../http/answer-schema.ts';
import { draftSchema } from '../drafts/drafts.schema.ts';
import { ApiOperation } from '../http/api-operation.ts';
import { JsonBody, OptionalJsonBody } from '../http/json-body.ts';
import { queryInteger, queryText, type RequestQuery } from '../http/request-query.ts';
import { writeQuery } from '../resources/resource.schema.ts';
import { boundedMessage, revisionRequest } from '../resources/revision-request.ts';
import { kindNamed } from '../resources/written-value.ts';
import { pageAfter, nextPage, sliceOf } from './history-query.ts';
import { revisionFilterOf } from './revision-filter.ts';
import { revisionNumber } from './revision-number.ts';
import { RevisionReader } from './revision-reader.ts';
import { RevisionService } from './revision.service.ts';
import {
  effectSchema,
  revisionDiffSchema,
  revisionListSchema,
  revisionSchema,
  statePageSchema,
} from './revisions.schema.ts';
import { StateReader } from './state-reader.ts';
import { WaysBack } from './ways-back.ts';

const reason = {
  message: Type.Optional(Type.String({ description: 'Why, for the history.' })),
  as_draft: Type.Optional(Type.Boolean({ description: 'Make a draft of it, and change nothing yet.' })),
};

const reasonSchema = Type.Object(reason, { additionalProperties: false });
type Reason = Static<typeof reasonSchema> | undefined;

const restoreSchema = Type.Object(
  { ...reason, kind: Type.String(), id: Type.String({ minLength: 1, maxLength: 256 }) },
  { additionalProperties: false },
);

const backSchema = answerObject(
  {
    revision: orNull(Type.Integer({ description: 'Null where everything was so already, or a draft was made.' })),
    dry_run: Type.Optional(Type.Boolean()),
    effect: Type.Optional(effectSchema),
    draft: Type.Optional(draftSchema),
  },
  'WayBack',
);

const offset = Type.Optional(Type.Integer({ minimum: 0, description: 'Changes to pass over.' }));
const text = (description: string) => Type.Optional(Type.String({ description }));

const listQuery = {
  before: Type.Optional(Type.Integer({ minimum: 1, description: 'Only revisions before this one.' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50, description: 'Revisions per page.' })),
  author: text('Only those of this author.'),
  source: text('Only those that came from there, such as rollback.'),
  kind: text('Only those that changed this kind.'),
  id: text('Only those that changed the resource of this id.'),
  from: text('Only those made at this time or later.'),
  to: text('Only those made before this time.'),
  text: text('Each of these words begins a word of the message, or of an id or a name that was changed.'),
  label: text('Only those with this label.'),
};

/** History, and the ways back. */
@Controller('api/v1/groups/:group/revisions')
export class RevisionsController {
  constructor(
    @Inject(RevisionReader) private readonly reader: RevisionReader,
    @Inject(RevisionService) private readonly revisions: RevisionService,
    @Inject(StateReader) private readonly states: StateReader,
    @Inject(WaysBack) private readonly ways: WaysBack,
  ) {}

  @Get()
  @Access({ role: 'viewer', via: ['session', 'key'] })
  @ApiOperation({
    summary: 'List the revisions of a group, newest first',
    answers: revisionListSchema,
    query: listQuery,
  })
  list(@Param('group') group: string, @Query() query: RequestQuery, @Req() request: FastifyRequest): Promise<object> {
    return this.reader.list(group, revisionFilterOf(query), maySeeProofs(request, group));
  }

  @Get(':number')
  @Access({ role: 'viewer', via: ['session', 'key'] })
  @ApiOperation({
    summary: 'Show a revision and what it changed',
    answers: revisionSchema,
    query: { offset },
    refusals: [410],
  })
  get(
    @Param() { group, number }: RevisionPath,
    @Query() query: RequestQuery,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    return this.reader.get(group, revisionNumber(number), sliceOf(query), maySeeProofs(request, group));
  }

  @Get(':number/diff')
  @Access({ role: 'viewer', via: ['session', 'key'] })
  @ApiOperation({
    summary: 'Compare the states after two revisions',
    answers: revisionDiffSchema,
    query: {
      against: Type.Optional(Type.Integer({ minimum: 0, description: 'The other one; default: the one before.' })),
      offset,
    },
    refusals: [410],
  })
  diff(@Param() { group, number }: RevisionPath, @Query() query: RequestQuery): Promise<object> {
    const to = revisionNumber(number);
    const from = queryInteger(query, 'against', { min: 0, max: Number.MAX_SAFE_INTEGER, usual: to - 1 });
    return this.reader.diff(group, { from, to }, sliceOf(query));
  }

  @Get(':number/state')
  @Access({ role: 'viewer', via: ['session', 'key'] })
  @ApiOperation({
    summary: 'List all resources as they were after a revision',
    answers: statePageSchema,
    query: {
      kind: text('Only this kind.'),
      after: text('The `next` of the page before.'),
      limit: Type.Optional(
        Type.Integer({ minimum: 1, maximum: 500, default: 100, description: 'Resources per page.' }),
      ),
    },
    refusals: [410],
  })
  async state(@Param() { group, number }: RevisionPath, @Query() query: RequestQuery): Promise<object> {
    const revision = revisionNumber(number);
    const limit = queryInteger(query, 'limit', { min: 1, max: 500, usual: 100 });
    const slice = { kind: queryText(query, 'kind'), after: pageAfter(query), limit };
    return { revision, ...nextPage(await this.states.page(group, revision, slice), limit) };
  }

  @Post(':number/rollback')
  @HttpCode(200)
  @Access({ role: 'editor', via: ['session', 'key'] })
  @ApiOperation({
    summary: 'Make the whole state what it was after a revision',
    answers: backSchema,
    query: writeQuery,
    refusals: [410],
  })
  rollback(
    @Param() { group, number }: RevisionPath,
    @OptionalJsonBody(reasonSchema) body: Reason,
    @Author() author: Author,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    const at = revisionNumber(number);
    const asked = { group, author, body, request: backRequest(author, request, body) };
    return this.ways.answer(asked, (back) => this.revisions.rollback(group, at, back));
  }

  @Post(':number/revert')
  @HttpCode(200)
  @Access({ role: 'editor', via: ['session', 'key'] })
  @ApiOperation({
    summary: 'Undo what one revision did',
    description: 'Refused with 409 where others have changed the same resources since.',
    answers: backSchema,
    query: writeQuery,
    refusals: [409, 410],
  })
  revert(
    @Param() { group, number }: RevisionPath,
    @OptionalJsonBody(reasonSchema) body: Reason,
    @Author() author: Author,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    const at = revisionNumber(number);
    const asked = { group, author, body, request: backRequest(author, request, body) };
    return this.ways.answer(asked, (back) => this.revisions.revert(group, at, back));
  }

  @Post(':number/restore')
  @HttpCode(200)
  @Access({ role: 'editor', via: ['session', 'key'] })
  @ApiOperation({
    summary: 'Make one resource what it was after a revision',
    answers: backSchema,
    query: writeQuery,
    refusals: [410],
  })
  restore(
    @Param() { group, number }: RevisionPath,
    @JsonBody(restoreSchema) body: Static<typeof restoreSchema>,
    @Author() author: Author,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    const [at, key] = [revisionNumber(number), { kind: kindNamed(body.kind).name, id: body.id }];
    const asked = { group, author, body, request: backRequest(author, request, body) };
    return this.ways.answer(asked, (back) => this.revisions.restore(group, at, key, back));
  }
}

interface RevisionPath {
  readonly group: string;
  readonly number: string;
}

function backRequest(author: Author, request: FastifyRequest, body: Reason) {
  const { message, ...options } = revisionRequest(author, request);
  return { ...options, message: boundedMessage(body?.message ?? message) };
}
