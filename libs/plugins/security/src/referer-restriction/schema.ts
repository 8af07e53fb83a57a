import { definePluginSchema, Host, Type } from '@sluice/schema';

const hosts = (title: string, description: string) =>
  Type.Optional(Type.Array(Host, { minItems: 1, title, description }));

/** What `referer-restriction` can be told. */
export const refererRestrictionSchema = definePluginSchema({
  name: 'referer-restriction',
  category: 'security',
  priority: 2990,
  phases: ['access'],
  title: 'Referer restriction',
  description: 'Lets in only requests that come from pages of listed hosts, or keeps those of listed hosts out.',
  config: Type.Object(
    {
      bypass_missing: Type.Boolean({
        default: false,
        title: 'Let in without a referer',
        description: 'Lets in requests whose `Referer` is missing or no URL, which are refused otherwise.',
      }),
      whitelist: hosts('Allow only these', 'Hosts whose pages may ask; a leading `*` stands for any prefix.'),
      blacklist: hosts('Refuse these', 'Hosts whose pages may not ask; a leading `*` stands for any prefix.'),
      message: Type.String({
        default: 'Your referer host is not allowed',
        minLength: 1,
        maxLength: 1024,
        title: 'Message',
        description: 'Message in the body of a refusal.',
      }),
    },
    { oneOf: [{ required: ['whitelist'] }, { required: ['blacklist'] }] },
  ),
});
