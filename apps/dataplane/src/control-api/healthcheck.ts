import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { UpstreamHealthReport } from '@sluice/engine';

/** Where the health of upstream nodes is known. */
export interface HealthSource {
  /** Every upstream with checks. */
  reports(): Iterable<UpstreamHealthReport>;
  /** One of them; undefined where it has no checks. */
  report(kind: string, id: string): UpstreamHealthReport | undefined;
  /** Whether there is such a resource. */
  exists(kind: string, id: string): boolean;
}

const kinds = new Map([
  ['routes', 'route'],
  ['services', 'service'],
  ['upstreams', 'upstream'],
  ['stream_routes', 'stream_route'],
]);

/** Adds the health of upstream nodes, in the form of the compatible control API: JSON, or a table for a browser's eyes. */
export function addHealthcheck(app: FastifyInstance, source: HealthSource): void {
  app.get('/v1/healthcheck', (request, reply) => answer(request, reply, [...source.reports()]));
  app.get<{ Params: { type: string } }>('/v1/healthcheck/:type', ({ params: { type } }, reply) =>
    kinds.get(type) === undefined ? invalidType(reply, type) : missing(reply, `missing src id for src type ${type}`),
  );
  app.get<{ Params: { type: string; id: string } }>('/v1/healthcheck/:type/:id', (request, reply) => {
    const { type, id } = request.params;
    const kind = kinds.get(type);
    if (kind === undefined) return invalidType(reply, type);
    const report = source.report(kind, id);
    if (report) return answer(request, reply, report);
    return missing(reply, source.exists(kind, id) ? `no checker for ${type}[${id}]` : `${type}[${id}] not found`);
  });
}

function invalidType(reply: FastifyReply, type: string): FastifyReply {
  return reply.code(400).send({ error_msg: `invalid src type ${type}` });
}

function missing(reply: FastifyReply, message: string): FastifyReply {
  return reply.code(404).send({ error_msg: message });
}

function answer(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  found: UpstreamHealthReport | readonly UpstreamHealthReport[],
): FastifyReply {
  if (headers.accept?.includes('text/html'))
    return reply.type('text/html; charset=utf-8').send(page(Array.isArray(found) ? found : [found]));
  // The compatible surface has an empty object for an empty list.
  return reply.send(Array.isArray(found) && found.length === 0 ? {} : found);
}

function page(reports: readonly UpstreamHealthReport[]): string {
  const rows = reports.flatMap(({ name, type, nodes }) =>
    nodes.map(({ ip, port, hostname, status, counter }) => {
      const cells = [name, type, hostname, `${ip}:${port}`, status, ...Object.values(counter)];
      return `<tr>${cells.map((cell) => `<td>${escaped(String(cell))}</td>`).join('')}</tr>`;
    }),
  );
  const heads = ['Upstream', 'Check', 'Host', 'Node', 'Status', 'Successes', 'HTTP', 'TCP', 'Timeouts'];
  const head = heads.map((text) => `<th>${text}</th>`).join('');
  return `<!doctype html><meta charset="utf-8"><title>Upstream health</title><table border="1"><tr>${head}</tr>${rows.join('')}</table>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
