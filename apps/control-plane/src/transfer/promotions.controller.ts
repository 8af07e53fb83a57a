import { Controller, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Access } from '../access/access.decorator.ts';
import { Author, callerOf } from '../access/author.ts';
import { ApiOperation } from '../http/api-operation.ts';
import { JsonBody } from '../http/json-body.ts';
import { writeQuery } from '../resources/resource.schema.ts';
import { revisionRequest } from '../resources/revision-request.ts';
import { changeListSchema, type ChangeListView } from './change-list.schema.ts';
import { type PromotionBody, promotionSchema } from './declarative.schema.ts';
import { PromotionService } from './promotion.service.ts';

/** From one environment to the next. */
@Controller('api/v1/groups/:group/promotions')
export class PromotionsController {
  constructor(@Inject(PromotionService) private readonly promotions: PromotionService) {}

  @Post()
  @HttpCode(200)
  @Access({ role: 'editor', via: ['session', 'key'] })
  @ApiOperation({
    summary: 'Copy the state of another group, or a selection of it, as one revision',
    description: 'The role of an editor is needed in both groups: secrets travel along, and are not told.',
    answers: changeListSchema,
    query: { dry_run: writeQuery.dry_run, force: writeQuery.force, confirm: writeQuery.confirm },
    refusals: [410, 412, 428],
  })
  promote(
    @Param('group') group: string,
    @JsonBody(promotionSchema) body: PromotionBody,
    @Author() author: Author,
    @Req() request: FastifyRequest,
  ): Promise<ChangeListView> {
    return this.promotions.promote(group, body, callerOf(request), revisionRequest(author, request));
  }
}
