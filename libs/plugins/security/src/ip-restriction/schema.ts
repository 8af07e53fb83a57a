import { Cidr, definePluginSchema, isCidr, Type } from '@sluice/schema';

/** What `ip-restriction` can be told. */
export const ipRestrictionSchema = definePluginSchema({
  name: 'ip-restriction',
  category: 'security',
  priority: 3000,
  phases: ['access'],
  title: 'IP restriction',
  description: 'Lets in only clients from listed addresses, or keeps listed addresses out.',
  config: Type.Object(
    {
      whitelist: Type.Optional(
        Type.Array(Cidr, {
          minItems: 1,
          title: 'Allow only these',
          description: 'Addresses and blocks that may pass; every other client is refused.',
        }),
      ),
      blacklist: Type.Optional(
        Type.Array(Cidr, {
          minItems: 1,
          title: 'Refuse these',
          description: 'Addresses and blocks that are refused; every other client may pass.',
        }),
      ),
      message: Type.String({
        default: 'Your IP address is not allowed',
        minLength: 1,
        maxLength: 1024,
        title: 'Message',
        description: 'Message in the body of a refusal.',
      }),
      response_code: Type.Integer({
        default: 403,
        minimum: 403,
        maximum: 404,
        title: 'Status',
        description: 'Status of a refusal: 403, or 404 to hide that there is anything.',
      }),
    },
    { oneOf: [{ required: ['whitelist'] }, { required: ['blacklist'] }] },
  ),
  extraChecks: ({ whitelist = [], blacklist = [] }) => {
    const wrong = [...whitelist, ...blacklist].find((entry) => !isCidr(entry));
    return wrong === undefined ? undefined : `invalid ip address: ${wrong}`;
  },
});
