import { METHODS } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Histogram, MetricRegistry, Series } from './metric-registry.ts';

const LATENCY_BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Requests that no route has taken, whatever they asked for: what a stranger makes up never becomes a label. */
const NO_ROUTE = '(none)';

const methods = new Set(METHODS);

/** Counts and times the requests of one server, by the template of their route. */
export class HttpMetrics {
  readonly #requests: Series;
  readonly #seconds: Histogram;

  constructor(registry: MetricRegistry) {
    const labels = ['method', 'route'];
    this.#requests = registry.counter(
      'sluice_control_plane_http_requests_total',
      'Requests that were answered, by the template of their route.',
      ...labels,
      'status',
    );
    this.#seconds = registry.histogram(
      'sluice_control_plane_http_request_seconds',
      'Time from the head of a request to the end of its answer; event streams aside.',
      LATENCY_BOUNDS,
      ...labels,
    );
  }

  answered({ method, routeOptions }: FastifyRequest, reply: FastifyReply): void {
    const route = routeOptions.url ?? NO_ROUTE;
    const known = methods.has(method) ? method : 'OTHER';
    this.#requests.add(1, known, route, String(reply.statusCode));
    // A stream lasts as long as somebody looks, which says nothing about the process.
    const isStream = String(reply.getHeader('content-type') ?? '').startsWith('text/event-stream');
    if (!isStream) this.#seconds.observe(reply.elapsedTime / 1_000, known, route);
  }

  /** A request that was refused before it was understood as one. */
  refused(status: number): void {
    this.#requests.add(1, 'OTHER', NO_ROUTE, String(status));
  }
}
