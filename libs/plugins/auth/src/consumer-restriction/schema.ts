import { choice, definePluginSchema, Type } from '@sluice/schema';

const names = (title: string, description: string) =>
  Type.Optional(Type.Array(Type.String(), { minItems: 1, title, description }));

const MethodRule = Type.Object({
  user: Type.Optional(
    Type.String({ title: 'Name', description: 'Name or id that the rule is about, as `type` says.' }),
  ),
  methods: Type.Optional(
    Type.Array(choice(['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'CONNECT', 'TRACE', 'PURGE']), {
      minItems: 1,
      title: 'Methods',
      description: 'Methods that it may use.',
    }),
  ),
});

/** What `consumer-restriction` can be told. */
export const consumerRestrictionSchema = definePluginSchema({
  name: 'consumer-restriction',
  category: 'auth',
  priority: 2400,
  phases: ['access'],
  title: 'Consumer restriction',
  description: 'Says which consumers, consumer groups, services or routes may pass, and by which methods.',
  config: Type.Object(
    {
      type: choice(['consumer_name', 'service_id', 'route_id', 'consumer_group_id'], {
        default: 'consumer_name',
        title: 'What is looked at',
        description: 'The consumer’s name or group, or where the request goes: the id of its service or route.',
      }),
      blacklist: names('Refuse these', 'Names or ids that are refused, whatever else is said.'),
      whitelist: names('Allow only these', 'Names or ids that may pass by every method; all others are refused.'),
      allowed_by_methods: Type.Optional(
        Type.Array(MethodRule, {
          title: 'Methods by name',
          description: 'Methods that some names may use. Names without a rule may use all of them.',
        }),
      ),
      rejected_code: Type.Integer({
        default: 403,
        minimum: 200,
        title: 'Status',
        description: 'Status of a refusal.',
      }),
      rejected_msg: Type.Optional(Type.String({ title: 'Message', description: 'Message in the body of a refusal.' })),
    },
    { anyOf: [{ required: ['blacklist'] }, { required: ['whitelist'] }, { required: ['allowed_by_methods'] }] },
  ),
  extraChecks: ({ rejected_code: code }) =>
    code > 599 ? `property "rejected_code" validation failed: expected ${code} to be at most 599` : undefined,
});
