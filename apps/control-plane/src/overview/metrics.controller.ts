import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { Access } from '../access/access.decorator.ts';
import { ApiOperation } from '../http/api-operation.ts';
import { Refusal } from '../http/refusal.ts';
import { queryInteger, queryText, type RequestQuery } from '../http/request-query.ts';
import { Groups } from '../resources/groups.ts';
import { seriesQuery, trafficSeriesSchema } from './overview.schema.ts';
import { type SeriesRequest, TrafficReader, type TrafficSeries } from './traffic-series.ts';

const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 24 * HOUR_SECONDS;
const POINTS_MAX = 2_000;

/** What a gateway group did, over any time that is still known. */
@Controller('api/v1/groups/:group/metrics')
export class MetricsController {
  constructor(
    @Inject(Groups) private readonly groups: Groups,
    @Inject(TrafficReader) private readonly traffic: TrafficReader,
  ) {}

  @Get()
  @Access({ role: 'viewer', via: ['session', 'key'] })
  @ApiOperation({ summary: 'Show the traffic of a group over time', answers: trafficSeriesSchema, query: seriesQuery })
  async series(@Param('group') group: string, @Query() query: RequestQuery): Promise<TrafficSeries> {
    const { id } = await this.groups.byName(group);
    return this.traffic.series(id, seriesRequest(query));
  }
}

/** The last hour, unless the query says otherwise. */
function seriesRequest(query: RequestQuery): SeriesRequest {
  const to = queryTime(query, 'to') ?? Date.now() / 1_000;
  const from = queryTime(query, 'from') ?? to - HOUR_SECONDS;
  const asked = queryInteger(query, 'step', { min: 0, max: 31 * DAY_SECONDS, usual: 0 });
  const step = asked === 0 ? undefined : asked;
  if (from >= to) throw new Refusal('INVALID', 'The query parameter from must be a time before to.');
  if (step !== undefined && (to - from) / step > POINTS_MAX) {
    throw new Refusal('INVALID', `The query parameter step must be larger: there are at most ${POINTS_MAX} points.`);
  }
  return { from, to, step };
}

/** A time of the query in seconds since the epoch: RFC 3339, or just those seconds. */
function queryTime(query: RequestQuery, name: string): number | undefined {
  const text = queryText(query, name);
  if (text === undefined) return undefined;
  const seconds = /^\d{1,11}(\.\d+)?$/.test(text) ? Number(text) : Date.parse(text) / 1_000;
  if (Number.isFinite(seconds) && seconds >= 0) return seconds;
  throw new Refusal('INVALID', `The query parameter ${name} must be a time, such as 2026-01-31T12:00:00Z.`);
}
