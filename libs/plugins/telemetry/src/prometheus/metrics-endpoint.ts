import { type EndpointSetup, reply } from '@sluice/plugin-kit';

const asText = { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' };

/** The metrics, for a route that shows them: what the port for scraping shows as well. */
export const metricsEndpoint: EndpointSetup = ({ attributes: { export_uri: uri }, renderMetrics }) => [
  {
    methods: ['GET'],
    path: typeof uri === 'string' && uri.startsWith('/') ? uri : '/apisix/prometheus/metrics',
    handle: async () => reply(200, await renderMetrics(), asText),
  },
];
