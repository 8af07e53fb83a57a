import { Cidr, definePluginSchema, isCidr, Type } from '@sluice/schema';

/** What `real-ip` can be told. */
export const realIpSchema = definePluginSchema({
  name: 'real-ip',
  category: 'traffic',
  priority: 23_000,
  phases: ['rewrite'],
  title: 'Real IP',
  description:
    'Takes the address of the client from a header or another variable, where a proxy stands before the gateway.',
  config: Type.Object({
    source: Type.String({
      minLength: 1,
      title: 'Source',
      description: 'Variable that holds the address, such as `http_x_forwarded_for`, `http_x_real_ip`, `arg_realip`.',
    }),
    trusted_addresses: Type.Optional(
      Type.Array(Cidr, {
        minItems: 1,
        title: 'Trusted proxies',
        description: 'Addresses and blocks whose word is taken; without them, anybody’s is.',
      }),
    ),
    recursive: Type.Boolean({
      default: false,
      title: 'Look past trusted proxies',
      description: 'Takes the last address of `X-Forwarded-For` that is no trusted proxy, instead of the last.',
    }),
  }),
  extraChecks: ({ trusted_addresses: trusted = [] }) => {
    const wrong = trusted.find((entry) => !isCidr(entry));
    return wrong === undefined ? undefined : `invalid ip address: ${wrong}`;
  },
});
