import Type, { type Static } from 'typebox';
import { defineKind } from '../define/kind.ts';
import { titled } from '../defs/choice.ts';
import { CreateTime, Description, Id, Labels, Name, Plugins, Script, UpdateTime } from '../defs/identity.ts';
import { EnableWebsocket, Hosts } from '../defs/network.ts';
import { serviceRule } from './route-rules.ts';
import { UpstreamSchema } from './upstream.ts';

/** Schema of a service. */
export const ServiceSchema = Type.Object(
  {
    id: Type.Optional(Id),
    name: Type.Optional(Name),
    desc: Type.Optional(Description),
    labels: Type.Optional(Labels),
    hosts: Type.Optional(titled(Hosts, 'Hosts', 'Hosts of the routes of this service that name none themselves.')),
    upstream: Type.Optional(titled(UpstreamSchema, 'Upstream', 'Servers of this service alone.')),
    upstream_id: Type.Optional(titled(Id, 'Upstream', 'Id of the upstream to send requests to.')),
    enable_websocket: Type.Optional(EnableWebsocket),
    plugins: Type.Optional(Plugins),
    script: Type.Optional(Script),
    create_time: Type.Optional(CreateTime),
    update_time: Type.Optional(UpdateTime),
  },
  {
    additionalProperties: false,
    title: 'Service',
    description: 'Settings that several routes share.',
  },
);

/** A service, defaults filled. */
export type Service = Static<typeof ServiceSchema>;

/** Settings that several routes share. */
export const serviceKind = defineKind({
  name: 'service',
  title: 'Service',
  description: 'Settings that several routes share: hosts, servers and plugins.',
  schema: ServiceSchema,
  references: { upstream_id: 'upstream', 'upstream.tls.client_cert_id': 'ssl' },
  pluginDoor: 'config',
  secrets: ['upstream.tls.client_key'],
  extraChecks: serviceRule,
});
