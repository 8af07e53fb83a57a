import { choice } from '@sluice/schema';
import Type, { type TSchema } from 'typebox';
import { orNull, textsByName, timeSchema } from '../http/answer-schema.ts';

/** A resource that data planes refuse to serve. */
export const resourceErrorSchema = Type.Object(
  {
    kind: Type.String(),
    id: Type.String(),
    message: Type.String(),
    field: Type.Optional(Type.String()),
    revision: Type.Optional(Type.Integer({ description: 'The revision that made it what it is.' })),
  },
  { $id: 'ResourceError' },
);

/** What keeps a group from moving on. */
export const blockedSchema = Type.Object(
  {
    revision: Type.Integer({ description: 'The revision to undo.' }),
    errors: Type.Array(resourceErrorSchema),
    instances: Type.Array(Type.String(), { description: 'Ids of the data planes that refuse.' }),
  },
  { $id: 'Blocked' },
);

/** How much is going on. */
export const ratesSchema = Type.Object(
  {
    requests_per_second: Type.Number(),
    errors_per_second: Type.Number({ description: 'Answers of 500 and above.' }),
    latency_p50_ms: Type.Number(),
    latency_p99_ms: Type.Number(),
  },
  { $id: 'Rates' },
);

const statusSchema = choice(['healthy', 'degraded', 'offline']);

const fields = {
  id: Type.String(),
  hostname: Type.String(),
  version: Type.String(),
  labels: textsByName,
  status: statusSchema,
  state: Type.String({ description: 'What it says of itself: starting, ready, degraded or draining.' }),
  reason: Type.String(),
  connected_at: timeSchema(),
  last_seen: timeSchema(),
  applied_revision: Type.Integer(),
  lag: Type.Integer({ description: 'Revisions between the head of the group and what is in service.' }),
  digest_ok: Type.Boolean({ description: 'Whether it proved to serve exactly that revision.' }),
  workers: Type.Integer(),
  uptime_s: Type.Integer(),
  rates: ratesSchema,
  listeners: Type.Array(Type.Object({ address: Type.String(), port: Type.Integer(), protocol: Type.String() })),
  unhealthy_targets: Type.Array(
    Type.Object({ upstream: Type.String(), address: Type.String(), reason: Type.String() }),
  ),
  last_nack: Type.Optional(
    Type.Object({ revision: Type.Integer(), at: timeSchema(), errors: Type.Array(resourceErrorSchema) }),
  ),
};

/** A data plane. */
export const instanceSchema = Type.Object(fields, { $id: 'Instance' });

/** Something that a data plane was told to do. */
export const commandSchema = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    requested_by: Type.String(),
    requested_at: timeSchema(),
    state: Type.String({ enum: ['waiting', 'sent', 'done', 'failed'] }),
    error: orNull(Type.String()),
  },
  { $id: 'InstanceCommand' },
);

/** A data plane with what it was told to do. */
export const instanceDetailSchema = Type.Object(
  { ...fields, commands: Type.Array(commandSchema) },
  { $id: 'InstanceDetail' },
);

/** All data planes of a group. */
export const instanceListSchema = Type.Object({ list: Type.Array(instanceSchema), blocked: orNull(blockedSchema) });

const happened = <T extends string, D extends TSchema>(type: T, detail: D) =>
  Type.Object({
    seq: Type.Integer(),
    at: timeSchema(),
    type: Type.Literal(type),
    revision: orNull(Type.Integer()),
    detail,
  });

const eventSchema = Type.Union(
  [
    happened('ack', Type.Record(Type.String(), Type.Unknown())),
    happened('nack', Type.Object({ errors: Type.Array(resourceErrorSchema) })),
    happened('connected', Type.Object({ version: Type.String() })),
    happened('status', Type.Object({ status: statusSchema, reason: Type.String() })),
  ],
  { $id: 'InstanceEvent' },
);

/** A page of what happened to a data plane, newest first. */
export const instanceEventsSchema = Type.Object({
  list: Type.Array(eventSchema),
  next: orNull(Type.Integer({ description: 'Continues the list as `before`.' })),
});
