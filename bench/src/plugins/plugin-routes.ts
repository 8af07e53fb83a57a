import { apiKey, type BenchResource, upstreamOf } from '../configuration/resources.ts';
import type { LoadRequest } from '../measure/saturate.ts';
import { secrets } from './credentials.ts';
import type { PluginLoad } from './plugin-loads.ts';

/** Who all requests are from, whatever they present. */
const consumer: BenchResource = {
  kind: 'consumer',
  id: 'bench',
  value: {
    username: 'bench',
    labels: { team: 'bench' },
    plugins: {
      'key-auth': { key: apiKey },
      'basic-auth': { username: 'bench', password: secrets.password },
      'jwt-auth': { key: secrets.jwtKey, secret: secrets.jwtSecret },
      'hmac-auth': { key_id: secrets.hmacKey, secret_key: secrets.hmacSecret },
    },
  },
};

/** A plugin that measures nothing where it is not told where spans go. */
const tracing = (node: string): BenchResource => ({
  kind: 'plugin_metadata',
  id: 'opentelemetry',
  value: { id: 'opentelemetry', collector: { address: node } },
});

/** The configuration of all loads: a route each, which differ in nothing but their path and their plugins. */
export function loadResources(loads: readonly PluginLoad[], node: string): BenchResource[] {
  const routes = loads.map(({ plugins }, at) => {
    const value = { uri: `/load-${at}/*`, plugins, upstream: upstreamOf([node]) };
    return { kind: 'route', id: `load-${at}`, value };
  });
  return [consumer, tracing(node), ...routes];
}

/** The requests of the load at a place in the list. */
export function loadRequests({ headers = [{}] }: PluginLoad, at: number): LoadRequest[] {
  return headers.map((fields) => ({ method: 'GET', path: `/load-${at}/orders`, headers: fields }));
}
