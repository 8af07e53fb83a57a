/** Where resources of `/api/v1` live in the default group. */
export const resources = '/api/v1/groups/default/resources';

/** A route that is valid by itself. */
export function sampleRoute(uri: string): { uri: string; upstream: object } {
  return { uri, upstream: { type: 'roundrobin', nodes: { '127.0.0.1:1980': 1 } } };
}

/** A consumer who has a key. */
export function sampleConsumer(username: string, key: string): { username: string; plugins: object } {
  return { username, plugins: { 'key-auth': { key } } };
}
