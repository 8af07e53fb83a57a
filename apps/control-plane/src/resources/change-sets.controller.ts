import { Controller, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { choice, warningsOf } from '@sluice/schema';
import type { FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import { Access } from '../access/access.decorator.ts';
import { Author } from '../access/author.ts';
import { ApiOperation } from '../http/api-operation.ts';
import { JsonBody } from '../http/json-body.ts';
import { Refusal } from '../http/refusal.ts';
import { EffectReport } from '../revisions/effect-report.ts';
import type { Change } from './change-set.ts';
import { Groups } from './groups.ts';
import { ResourceService } from './resource.service.ts';
import { changeSetResultSchema, writeQuery } from './resource.schema.ts';
import { boundedMessage, revisionRequest } from './revision-request.ts';
import { kindNamed, writtenValue } from './written-value.ts';

const CHANGES_MAX = 20_000;

const changeSchema = Type.Object(
  {
    op: choice(['put', 'delete']),
    kind: Type.String(),
    id: Type.String({ minLength: 1, maxLength: 256 }),
    value: Type.Optional(Type.Unknown()),
  },
  { additionalProperties: false },
);

const changeSetSchema = Type.Object(
  { message: Type.Optional(Type.String()), changes: Type.Array(changeSchema, { minItems: 1, maxItems: CHANGES_MAX }) },
  { additionalProperties: false },
);

/** Many writes as one revision. */
@Controller('api/v1/groups/:group/change-sets')
export class ChangeSetsController {
  constructor(
    @Inject(ResourceService) private readonly resources: ResourceService,
    @Inject(Groups) private readonly groups: Groups,
    @Inject(EffectReport) private readonly effects: EffectReport,
  ) {}

  @Post()
  @HttpCode(200)
  @Access({ role: 'editor', via: ['session', 'key'] })
  @ApiOperation({
    summary: 'Write many resources as one revision',
    answers: changeSetResultSchema,
    query: writeQuery,
    refusals: [428],
  })
  async write(
    @Param('group') group: string,
    @JsonBody(changeSetSchema) body: Static<typeof changeSetSchema>,
    @Author() author: Author,
    @Req() request: FastifyRequest,
  ) {
    const options = { ...revisionRequest(author, request), message: boundedMessage(body.message) };
    const { revision, outcomes, effects } = await this.resources.write(group, body.changes.map(readChange), options);
    const warnings = [...new Set(outcomes.flatMap(({ resource }) => (resource ? warningsOf(resource.kind) : [])))];
    const changes = outcomes.filter(({ action }) => action !== 'none').length;
    if (!options.dryRun) return { revision, changes, warnings };
    const effect = await this.effects.of(await this.groups.byName(group), effects);
    return { revision, changes, warnings, dry_run: true, effect };
  }
}

function readChange({ op, kind: name, id, value }: Static<typeof changeSchema>, index: number): Change {
  try {
    const kind = kindNamed(name);
    return op === 'delete' ? { op, kind, id } : { op, kind, id, value: writtenValue(kind, id, value) };
  } catch (error) {
    throw error instanceof Refusal ? error.within(`/changes/${index}/value`) : error;
  }
}
