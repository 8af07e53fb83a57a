import Type from 'typebox';
import { orNull } from '../http/answer-schema.ts';

const text = orNull(Type.String());
const headerPairs = Type.Array(Type.Array(Type.String(), { minItems: 2, maxItems: 2 }));

const routeSchema = Type.Object({
  id: Type.String(),
  name: text,
  uri: Type.String(),
  host: text,
  priority: Type.Number(),
  revision: Type.Integer(),
  service_id: text,
});

const pluginStepSchema = Type.Object({
  plugin: Type.String(),
  scope: Type.String({ enum: ['global', 'route', 'consumer'] }),
  phase: Type.String(),
  decision: Type.String({ enum: ['passed', 'answered', 'filtered', 'transforms', 'failed'] }),
  status: orNull(Type.Integer()),
  ms: Type.Number(),
});

const upstreamSchema = Type.Object({
  algorithm: Type.String(),
  nodes: Type.Array(Type.Object({ name: Type.String(), weight: Type.Number(), priority: Type.Number() })),
  picked: text,
  why: Type.String(),
  tries: Type.Array(Type.Object({ node: text, status: Type.Integer(), error: text, ms: Type.Number() })),
  request: Type.Object({ method: Type.String(), target: Type.String(), host: text }),
});

/** What became of a request, why, and who says so. */
export const explanationSchema = Type.Object(
  {
    instance: Type.String({ description: 'The data plane that explains.' }),
    revision: Type.Integer({ description: 'The revision that it serves.' }),
    request: Type.Object({
      id: text,
      method: Type.String(),
      url: Type.String(),
      host: Type.String(),
      client_ip: Type.String(),
      headers: headerPairs,
    }),
    is_sent: Type.Boolean(),
    route: orNull(routeSchema),
    losers: Type.Array(Type.Object({ id: Type.String(), name: text, lost_by: Type.String(), detail: Type.String() })),
    loser_count: Type.Integer(),
    consumer: orNull(Type.Object({ username: Type.String(), group_id: text, credential_id: text })),
    plugins: Type.Array(pluginStepSchema),
    upstream: orNull(upstreamSchema),
    answer: Type.Object({
      status: Type.Integer(),
      origin: text,
      headers: headerPairs,
      body: text,
      body_bytes: Type.Number(),
    }),
    times: Type.Object({ total_ms: Type.Number(), upstream_ms: Type.Number(), upstream_header_ms: Type.Number() }),
  },
  { $id: 'Explanation' },
);
