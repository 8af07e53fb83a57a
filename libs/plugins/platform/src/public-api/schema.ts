import { definePluginSchema, Type } from '@sluice/schema';

/** What `public-api` can be told. */
export const publicApiSchema = definePluginSchema({
  name: 'public-api',
  category: 'platform',
  priority: 501,
  phases: ['access'],
  title: 'Public API',
  description: 'Lets clients reach an address that a plugin serves itself, such as the metrics.',
  config: Type.Object({
    uri: Type.Optional(
      Type.String({
        title: 'Address',
        description:
          'The address of the plugin, such as `/apisix/batch-requests`; without it, the path of the request.',
      }),
    ),
  }),
});
