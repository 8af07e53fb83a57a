import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import Type from 'typebox';
import { Access } from '../access/access.decorator.ts';
import { ApiOperation } from '../http/api-operation.ts';
import { queryInteger, type RequestQuery } from '../http/request-query.ts';
import { kindOf } from '../resources/written-value.ts';
import { ResourceHistory, type ResourcePlace } from './resource-history.ts';
import { revisionNumber } from './revision-number.ts';
import { blameSchema, resourceHistorySchema, resourceVersionSchema } from './revisions.schema.ts';

const NUMBER_MAX = Number.MAX_SAFE_INTEGER;

/** One resource through history. */
@Controller('api/v1/groups/:group/history/:plural/:id')
export class HistoryController {
  constructor(@Inject(ResourceHistory) private readonly history: ResourceHistory) {}

  @Get()
  @Access({ role: 'viewer', via: ['session', 'key'] })
  @ApiOperation({
    summary: 'List what was done to a resource',
    answers: resourceHistorySchema,
    query: {
      before: Type.Optional(Type.Integer({ minimum: 1, description: 'Only what was done before this revision.' })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20, description: 'Entries per page.' })),
    },
  })
  list(@Param() path: HistoryPath, @Query() query: RequestQuery): Promise<object> {
    const before = queryInteger(query, 'before', { min: 1, max: NUMBER_MAX, usual: NUMBER_MAX });
    return this.history.list(placeOf(path), {
      before,
      limit: queryInteger(query, 'limit', { min: 1, max: 100, usual: 20 }),
    });
  }

  @Get('versions/:number')
  @Access({ role: 'viewer', via: ['session', 'key'] })
  @ApiOperation({
    summary: 'Show a resource as it was after a revision',
    answers: resourceVersionSchema,
    refusals: [410],
  })
  at(@Param() path: HistoryPath): Promise<object> {
    return this.history.at(placeOf(path), revisionNumber(path.number));
  }

  @Get('blame')
  @Access({ role: 'viewer', via: ['session', 'key'] })
  @ApiOperation({
    summary: 'Show who last set each field of a resource',
    answers: blameSchema,
    query: {
      at: Type.Optional(Type.Integer({ minimum: 1, description: 'As it was after this revision; default: as it is.' })),
    },
    refusals: [410],
  })
  blame(@Param() path: HistoryPath, @Query() query: RequestQuery): Promise<object> {
    const at = queryInteger(query, 'at', { min: 0, max: NUMBER_MAX, usual: 0 });
    return this.history.blame(placeOf(path), at === 0 ? undefined : at);
  }
}

interface HistoryPath {
  readonly group: string;
  readonly plural: string;
  readonly id: string;
  readonly number: string;
}

function placeOf({ group, plural, id }: HistoryPath): ResourcePlace {
  return { group, kind: kindOf(plural), id };
}
