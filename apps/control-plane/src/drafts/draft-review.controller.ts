import { Controller, Get, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { choice } from '@sluice/schema';
import type { FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import { Access } from '../access/access.decorator.ts';
import { Author } from '../access/author.ts';
import { ApiOperation } from '../http/api-operation.ts';
import { JsonBody, OptionalJsonBody } from '../http/json-body.ts';
import { writeQuery } from '../resources/resource.schema.ts';
import { boundedMessage, revisionRequest } from '../resources/revision-request.ts';
import { kindNamed } from '../resources/written-value.ts';
import { DraftExamination } from './draft-examination.ts';
import { type DraftPath, draftId, placeOf } from './draft-path.ts';
import { DraftPublication } from './draft-publication.ts';
import { DraftRebase } from './draft-rebase.ts';
import { DraftReview } from './draft-review.ts';
import { DraftStore } from './draft-store.ts';
import { draftView } from './draft-view.ts';
import {
  conflictListSchema,
  draftSchema,
  draftValidationSchema,
  publishedSchema,
  rebasedSchema,
} from './drafts.schema.ts';

const strict = { additionalProperties: false };
const comment = Type.String({ maxLength: 4000 });
const submitSchema = Type.Object({ comment: Type.Optional(comment) }, strict);
const version = Type.Integer({ minimum: 1, description: 'The version of the draft that was looked at.' });
const approveSchema = Type.Object({ version, comment: Type.Optional(comment) }, strict);
const rejectSchema = Type.Object({ version, comment: Type.String({ minLength: 1, maxLength: 4000 }) }, strict);
const publishSchema = Type.Object({ message: Type.Optional(Type.String()) }, strict);

const resolutionSchema = Type.Object(
  {
    kind: Type.String(),
    id: Type.String(),
    take: choice(['mine', 'theirs', 'merged', 'value'], {
      description: 'theirs: the draft leaves the resource alone. merged: with `fields` for what clashes.',
    }),
    value: Type.Optional(Type.Unknown()),
    fields: Type.Optional(
      Type.Record(Type.String(), choice(['mine', 'theirs']), {
        description: 'Whose value a field gets, by JSON pointer.',
      }),
    ),
  },
  strict,
);
const rebaseSchema = Type.Object(
  { resolutions: Type.Optional(Type.Array(resolutionSchema, { maxItems: 20_000 })) },
  strict,
);

/** The way of a draft into the configuration. */
@Controller('api/v1/groups/:group/drafts/:id')
export class DraftReviewController {
  constructor(
    @Inject(DraftStore) private readonly drafts: DraftStore,
    @Inject(DraftExamination) private readonly examination: DraftExamination,
    @Inject(DraftRebase) private readonly rebasing: DraftRebase,
    @Inject(DraftReview) private readonly reviews: DraftReview,
    @Inject(DraftPublication) private readonly publication: DraftPublication,
  ) {}

  @Get('validation')
  @Access({ role: 'viewer', via: ['session', 'key'] })
  @ApiOperation({
    summary: 'Say whether a draft could be published, and what that would do',
    answers: draftValidationSchema,
  })
  async validate(@Param() { group, id }: DraftPath): Promise<object> {
    return this.examination.validate(await this.drafts.find(group, draftId(id)));
  }

  @Get('conflicts')
  @Access({ role: 'viewer', via: ['session', 'key'] })
  @ApiOperation({ summary: 'List what others have changed under a draft', answers: conflictListSchema })
  async conflicts(@Param() { group, id }: DraftPath): Promise<object> {
    return { conflicts: await this.examination.conflictViews(await this.drafts.find(group, draftId(id))) };
  }

  @Post('rebase')
  @HttpCode(200)
  @Access({ role: 'editor', via: ['session', 'key'] })
  @ApiOperation({
    summary: 'Base a draft on the head',
    description:
      'Changes of different fields are merged. While a conflict has no resolution, nothing is changed (409).',
    answers: rebasedSchema,
    refusals: [409],
  })
  async rebase(
    @Param() path: DraftPath,
    @OptionalJsonBody(rebaseSchema) body: Static<typeof rebaseSchema> | undefined,
    @Author() author: Author,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    const resolutions = (body?.resolutions ?? []).map((each) => ({ ...each, kind: kindNamed(each.kind) }));
    const { draft, ...rest } = await this.rebasing.rebase(placeOf(path, author, request), resolutions);
    return { draft: draftView(draft, author), ...rest };
  }

  @Post('submit')
  @HttpCode(200)
  @Access({ role: 'editor', via: ['session', 'key'] })
  @ApiOperation({ summary: 'Ask for approval of a draft', answers: draftSchema, refusals: [409] })
  async submit(
    @Param() path: DraftPath,
    @OptionalJsonBody(submitSchema) body: Static<typeof submitSchema> | undefined,
    @Author() author: Author,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    return draftView(await this.reviews.submit(placeOf(path, author, request), body?.comment), author);
  }

  @Post('withdraw')
  @HttpCode(200)
  @Access({ role: 'editor', via: ['session', 'key'] })
  @ApiOperation({ summary: 'Take the question for approval back', answers: draftSchema, refusals: [409] })
  async withdraw(@Param() path: DraftPath, @Author() author: Author, @Req() request: FastifyRequest): Promise<object> {
    return draftView(await this.reviews.withdraw(placeOf(path, author, request)), author);
  }

  @Post('approve')
  @HttpCode(200)
  @Access({ role: 'editor', via: ['session', 'key'] })
  @ApiOperation({
    summary: 'Approve a draft',
    description: 'Needs the role that the group demands of approvers, and a person who had no hand in the draft.',
    answers: draftSchema,
    refusals: [409],
  })
  async approve(
    @Param() path: DraftPath,
    @JsonBody(approveSchema) body: Static<typeof approveSchema>,
    @Author() author: Author,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    return draftView(await this.reviews.approve(placeOf(path, author, request), body), author);
  }

  @Post('reject')
  @HttpCode(200)
  @Access({ role: 'editor', via: ['session', 'key'] })
  @ApiOperation({ summary: 'Send a draft back to its authors', answers: draftSchema, refusals: [409] })
  async reject(
    @Param() path: DraftPath,
    @JsonBody(rejectSchema) body: Static<typeof rejectSchema>,
    @Author() author: Author,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    return draftView(await this.reviews.reject(placeOf(path, author, request), body), author);
  }

  @Post('publish')
  @HttpCode(200)
  @Access({ role: 'editor', via: ['session', 'key'] })
  @ApiOperation({
    summary: 'Make a draft a revision',
    answers: publishedSchema,
    query: writeQuery,
    refusals: [409, 428],
  })
  async publish(
    @Param() path: DraftPath,
    @OptionalJsonBody(publishSchema) body: Static<typeof publishSchema> | undefined,
    @Author() author: Author,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    const { message, ...options } = revisionRequest(author, request);
    const about = { ...options, message: boundedMessage(body?.message ?? message) };
    const { draft, ...published } = await this.publication.publish(placeOf(path, author, request), about);
    return { ...published, draft: draftView(draft, author) };
  }
}
