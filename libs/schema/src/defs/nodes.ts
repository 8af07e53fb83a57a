import Type, { type Static } from 'typebox';
import { Host } from './network.ts';

/** One server of an upstream. */
export const UpstreamNodeSchema = Type.Object(
  {
    host: { ...Host, title: 'Host', description: 'Name or address of the server; an IPv6 address in brackets.' },
    port: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 65535,
        title: 'Port',
        description: 'Port of the server; without it, the usual port of the scheme.',
      }),
    ),
    weight: Type.Integer({ minimum: 0, title: 'Weight', description: 'Share of the traffic; 0 takes none.' }),
    priority: Type.Integer({
      default: 0,
      title: 'Priority',
      description: 'Nodes of the highest priority serve; the next lower ones when all of those are down.',
    }),
    metadata: Type.Optional(
      Type.Unsafe<Record<string, unknown>>({
        type: 'object',
        title: 'Metadata',
        description: 'Anything about the server, for plugins and discovery to read.',
      }),
    ),
  },
  { title: 'Node', description: 'One server.' },
);

/** One server of an upstream, defaults filled. */
export type UpstreamNode = Static<typeof UpstreamNodeSchema>;

/** The servers of an upstream: a list, or the short form `{"host:port": weight}`. */
export const Nodes = Type.Unsafe<Record<string, number> | UpstreamNode[]>({
  anyOf: [
    { type: 'object', patternProperties: { '.*': { type: 'integer', minimum: 0 } }, title: 'host:port → weight' },
    { type: 'array', items: UpstreamNodeSchema, title: 'List of nodes' },
  ],
  title: 'Nodes',
  description: 'The servers: a list, or for short an object of `host:port` and weight.',
});
