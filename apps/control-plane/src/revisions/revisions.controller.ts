import { Controller, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import { Access } from '../access/access.decorator.ts';
import { Author } from '../access/author.ts';
import { maySeeProofs } from '../access/proofs.ts';
import { OptionalJsonBody } from '../http/json-body.ts';
import { Refusal } from '../http/refusal.ts';
import { queryInteger, queryText, type RequestQuery } from '../http/request-query.ts';
import { boundedMessage, revisionRequest } from '../resources/revision-request.ts';
import { RevisionReader } from './revision-reader.ts';
import { RevisionService } from './revision.service.ts';

const NUMBER_MAX = Number.MAX_SAFE_INTEGER;
/** Changes that one answer holds. */
const CHANGES_MAX = 200;

const reasonSchema = Type.Object({ message: Type.Optional(Type.String()) }, { additionalProperties: false });
type Reason = Static<typeof reasonSchema> | undefined;

/** History, and the ways back. */
@Controller('api/v1/groups/:group/revisions')
export class RevisionsController {
  constructor(
    @Inject(RevisionReader) private readonly reader: RevisionReader,
    @Inject(RevisionService) private readonly revisions: RevisionService,
  ) {}

  @Get()
  @Access({ role: 'viewer', via: ['session', 'key'] })
  list(@Param('group') group: string, @Query() query: RequestQuery, @Req() request: FastifyRequest): Promise<object> {
    const before = queryInteger(query, 'before', { min: 1, max: NUMBER_MAX, usual: NUMBER_MAX });
    const limit = queryInteger(query, 'limit', { min: 1, max: 200, usual: 50 });
    const [kind, id] = [queryText(query, 'kind'), queryText(query, 'id')];
    return this.reader.list(group, { before, limit, kind, id, showsProofs: maySeeProofs(request, group) });
  }

  @Get(':number')
  @Access({ role: 'viewer', via: ['session', 'key'] })
  get(
    @Param() { group, number }: RevisionPath,
    @Query() query: RequestQuery,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    return this.reader.get(group, numberOf(number), sliceOf(query), maySeeProofs(request, group));
  }

  @Get(':number/diff')
  @Access({ role: 'viewer', via: ['session', 'key'] })
  diff(@Param() { group, number }: RevisionPath, @Query() query: RequestQuery): Promise<object> {
    const to = numberOf(number);
    const from = queryInteger(query, 'against', { min: 0, max: NUMBER_MAX, usual: to - 1 });
    return this.reader.diff(group, { from, to }, sliceOf(query));
  }

  @Post(':number/rollback')
  @HttpCode(200)
  @Access({ role: 'editor', via: ['session', 'key'] })
  async rollback(
    @Param() { group, number }: RevisionPath,
    @OptionalJsonBody(reasonSchema) body: Reason,
    @Author() author: Author,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    return { revision: await this.revisions.rollback(group, numberOf(number), backRequest(author, request, body)) };
  }

  @Post(':number/revert')
  @HttpCode(200)
  @Access({ role: 'editor', via: ['session', 'key'] })
  async revert(
    @Param() { group, number }: RevisionPath,
    @OptionalJsonBody(reasonSchema) body: Reason,
    @Author() author: Author,
    @Req() request: FastifyRequest,
  ): Promise<object> {
    return { revision: await this.revisions.revert(group, numberOf(number), backRequest(author, request, body)) };
  }
}

interface RevisionPath {
  readonly group: string;
  readonly number: string;
}

function numberOf(text: string): number {
  const number = /^[1-9]\d{0,15}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(number)) return number;
  throw new Refusal('NOT_FOUND', 'Revisions are numbered from 1.');
}

function sliceOf(query: RequestQuery) {
  return { limit: CHANGES_MAX, offset: queryInteger(query, 'offset', { min: 0, max: 10_000_000, usual: 0 }) };
}

function backRequest(author: Author, request: FastifyRequest, body: Reason) {
  return { ...revisionRequest(author, request), message: boundedMessage(body?.message) };
}
