import { Controller, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { choice } from '@sluice/schema';
import type { FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import { Access } from '../access/access.decorator.ts';
import { Author } from '../access/author.ts';
import { JsonBody } from '../http/json-body.ts';
import { Refusal } from '../http/refusal.ts';
import type { Change } from './change-set.ts';
import { ResourceService } from './resource.service.ts';
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
  constructor(@Inject(ResourceService) private readonly resources: ResourceService) {}

  @Post()
  @HttpCode(200)
  @Access({ role: 'editor', via: ['session', 'key'] })
  async write(
    @Param('group') group: string,
    @JsonBody(changeSetSchema) body: Static<typeof changeSetSchema>,
    @Author() author: Author,
    @Req() request: FastifyRequest,
  ) {
    const options = { ...revisionRequest(author, request), message: boundedMessage(body.message) };
    const { revision, outcomes } = await this.resources.write(group, body.changes.map(readChange), options);
    return { revision, changes: outcomes.filter(({ action }) => action !== 'none').length };
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
