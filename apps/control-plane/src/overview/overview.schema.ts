import Type from 'typebox';
import { orNull, timeSchema } from '../http/answer-schema.ts';
import { blockedSchema, ratesSchema } from '../instances/instance.schema.ts';

const publicationSchema = Type.Object(
  {
    connected: Type.Boolean(),
    reason: orNull(Type.String({ description: 'Why etcd does not hold the newest revision.' })),
    head_revision: Type.Integer(),
    epoch: Type.Integer(),
    foreign_edits: Type.Integer({ description: 'Keys that somebody else has changed, and that were put right.' }),
    last_foreign_edit: orNull(Type.Object({ at: Type.String(), key: Type.String() })),
  },
  { $id: 'Publication' },
);

const historyPointSchema = Type.Object({
  time: timeSchema(),
  requests_per_second: Type.Number(),
  errors_per_second: Type.Number(),
  latency_p99_ms: Type.Number(),
});

const fleetCountsSchema = Type.Object({
  total: Type.Integer(),
  healthy: Type.Integer(),
  degraded: Type.Integer(),
  offline: Type.Integer(),
  behind: Type.Integer({ description: 'Those that are there and do not serve the newest revision.' }),
});

/** How a group is, on one page. */
export const overviewSchema = Type.Object(
  {
    revision: Type.Integer(),
    digest: Type.Optional(Type.String({ description: 'Of the newest state; only for an admin.' })),
    counts: Type.Record(Type.String(), Type.Integer(), { description: 'Resources by kind.' }),
    instances: fleetCountsSchema,
    rates: ratesSchema,
    blocked: orNull(blockedSchema),
    history: Type.Array(historyPointSchema, { description: 'The last ten minutes.' }),
    etcd: Type.Optional(publicationSchema),
  },
  { $id: 'Overview' },
);

/** The traffic of a group over time. */
export const trafficSeriesSchema = Type.Object(
  {
    from: timeSchema(),
    to: timeSchema(),
    step: Type.Number({ description: 'Seconds between the points.' }),
    points: Type.Array(
      Type.Object({
        time: timeSchema(),
        requests_per_second: Type.Number(),
        errors_per_second: Type.Number(),
        latency_p50_ms: Type.Number(),
        latency_p99_ms: Type.Number(),
        bytes_in_per_second: Type.Number(),
        bytes_out_per_second: Type.Number(),
      }),
    ),
  },
  { $id: 'TrafficSeries' },
);

/** Query of a series. */
export const seriesQuery = {
  from: Type.Optional(
    Type.String({ description: 'RFC 3339, or seconds since the epoch. Default: an hour before `to`.' }),
  ),
  to: Type.Optional(Type.String({ description: 'As `from`. Default: now.' })),
  step: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 2_678_400, description: 'Seconds between the points. 0: as is useful.' }),
  ),
};
