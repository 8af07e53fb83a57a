import { definePluginSchema, Type } from '@sluice/schema';
import { checkHeaderNames } from '../shared/header-names.schema.ts';
import { checkAddress, serviceFields } from '../shared/service-fields.schema.ts';

const part = (title: string, description: string) => Type.Boolean({ default: false, title, description });

/** What `opa` can be told. */
export const opaSchema = definePluginSchema({
  name: 'opa',
  category: 'auth',
  priority: 2001,
  phases: ['access'],
  title: 'Open Policy Agent',
  description: 'Asks a policy of an Open Policy Agent about each request.',
  differences: {
    with_route: { meaning: 'The policy gets the route without its plugins, which may have secrets.' },
    with_service: { meaning: 'The policy gets the service without its plugins, which may have secrets.' },
    with_consumer: { meaning: 'The policy gets the consumer without its plugins, which have its credentials.' },
  },
  config: Type.Object({
    host: Type.String({
      title: 'Agent',
      description: 'Address of the agent, such as `http://127.0.0.1:8181`.',
    }),
    policy: Type.String({
      title: 'Policy',
      description: 'Path of the document that decides, such as `shop/orders`: the package, with slashes.',
    }),
    with_route: part('With the route', 'Tells the policy the route, without its upstream and plugins.'),
    with_service: part('With the service', 'Tells the policy the service, without its upstream and plugins.'),
    with_consumer: part('With the consumer', 'Tells the policy the consumer, without its plugins.'),
    send_headers_upstream: Type.Optional(
      Type.Array(Type.String(), {
        minItems: 1,
        title: 'Headers to the upstream',
        description:
          'Headers of the decision that the upstream gets. What the client sends under these names is dropped.',
      }),
    ),
    ...serviceFields,
  }),
  extraChecks: ({ host, send_headers_upstream: names = [] }) =>
    checkAddress('host', host) ?? checkHeaderNames('send_headers_upstream', names),
});
