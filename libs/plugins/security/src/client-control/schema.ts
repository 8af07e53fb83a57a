import { definePluginSchema, Type } from '@sluice/schema';

/** What `client-control` can be told. */
export const clientControlSchema = definePluginSchema({
  name: 'client-control',
  category: 'security',
  priority: 22_000,
  phases: ['rewrite'],
  title: 'Client control',
  description: 'Limits how large the body of a request may be.',
  config: Type.Object({
    max_body_size: Type.Optional(
      Type.Integer({
        minimum: 0,
        title: 'Largest body',
        description: 'Bytes that the body of a request may have; 0 for any number. The limit of the listener stays.',
      }),
    ),
  }),
});
