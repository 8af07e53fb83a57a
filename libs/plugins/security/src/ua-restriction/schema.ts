import { definePluginSchema, Type } from '@sluice/schema';
import { checkPatterns } from '../shared/patterns.schema.ts';

const patterns = (title: string, description: string) =>
  Type.Optional(Type.Array(Type.String({ minLength: 1 }), { minItems: 1, 'x-widget': 'list', title, description }));

/** What `ua-restriction` can be told. */
export const uaRestrictionSchema = definePluginSchema({
  name: 'ua-restriction',
  category: 'security',
  priority: 2999,
  phases: ['access'],
  title: 'User agent restriction',
  description: 'Lets in only clients whose `User-Agent` is listed, or keeps listed ones out.',
  config: Type.Object(
    {
      bypass_missing: Type.Boolean({
        default: false,
        title: 'Let in without a header',
        description: 'Lets in requests without a `User-Agent`, which are refused otherwise.',
      }),
      allowlist: patterns(
        'Allow only these',
        'Regular expressions; a `User-Agent` that none of them matches is refused.',
      ),
      denylist: patterns('Refuse these', 'Regular expressions; a `User-Agent` that one of them matches is refused.'),
      message: Type.String({
        default: 'Not allowed',
        minLength: 1,
        maxLength: 1024,
        title: 'Message',
        description: 'Message in the body of a refusal.',
      }),
    },
    { oneOf: [{ required: ['allowlist'] }, { required: ['denylist'] }] },
  ),
  extraChecks: ({ allowlist = [], denylist = [] }, hooks) => checkPatterns([...allowlist, ...denylist], hooks),
});
