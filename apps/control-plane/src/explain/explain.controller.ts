import { Controller, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { ExplainRequestSchema, type Explanation } from '@sluice/schema';
import type { FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import { Access } from '../access/access.decorator.ts';
import { Author } from '../access/author.ts';
import { ApiOperation } from '../http/api-operation.ts';
import { JsonBody } from '../http/json-body.ts';
import { type ExplainedBy, ExplainService } from './explain.service.ts';
import { explanationSchema } from './explanation.schema.ts';

const questionSchema = Type.Object(
  {
    ...ExplainRequestSchema.properties,
    instance: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
  },
  { additionalProperties: false },
);

/** What the data planes of a group do with a request. */
@Controller('api/v1/groups/:group/explain')
export class ExplainController {
  constructor(@Inject(ExplainService) private readonly explanations: ExplainService) {}

  @Post()
  @HttpCode(200)
  @Access({ role: 'editor', via: ['session', 'key'] })
  @ApiOperation({
    summary: 'Explain what a data plane does with a request',
    answers: explanationSchema,
    refusals: [502],
  })
  explain(
    @Param('group') group: string,
    @JsonBody(questionSchema) { instance, ...request }: Static<typeof questionSchema>,
    @Author() author: Author,
    @Req() { id: requestId }: FastifyRequest,
  ): Promise<ExplainedBy & Explanation> {
    return this.explanations.explain(group, instance, request, { author, requestId });
  }
}
