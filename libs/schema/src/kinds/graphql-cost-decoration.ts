import Type, { type Static } from 'typebox';
import { defineKind } from '../define/kind.ts';
import { titled } from '../defs/choice.ts';
import { CreateTime, Description, Id, Labels, Name, UpdateTime } from '../defs/identity.ts';

const argumentNames = (title: string, description: string) =>
  Type.Optional(
    Type.Array(Type.String({ minLength: 1, title: 'Argument', description: 'Name of an argument of the field.' }), {
      title,
      description,
    }),
  );

/** Schema of a decoration. */
export const GraphqlCostDecorationSchema = Type.Object(
  {
    id: Type.Optional(Id),
    name: Type.Optional(Name),
    desc: Type.Optional(Description),
    labels: Type.Optional(Labels),
    service_id: Type.Optional(titled(Id, 'Service', 'Id of the service, which the path of the decoration names.')),
    field_path: Type.String({
      pattern: '^[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)*$',
      title: 'Field',
      description: 'The field that is priced: type and field, divided by dots, such as `Query.users`.',
    }),
    add_value: Type.Number({
      default: 1,
      minimum: 0,
      title: 'Cost',
      description: 'What the field costs by itself.',
    }),
    add_arguments: argumentNames('Arguments to add', 'Arguments whose values are added to the cost.'),
    mul_value: Type.Number({
      default: 1,
      minimum: 0,
      title: 'Factor',
      description: 'By what the cost of everything below the field is multiplied.',
    }),
    mul_arguments: argumentNames(
      'Arguments to multiply by',
      'Arguments whose values multiply the cost, such as `first`.',
    ),
    create_time: Type.Optional(CreateTime),
    update_time: Type.Optional(UpdateTime),
  },
  {
    additionalProperties: false,
    title: 'GraphQL cost decoration',
    description: 'What a field of a GraphQL service costs.',
  },
);

/** A decoration, defaults filled. */
export type GraphqlCostDecoration = Static<typeof GraphqlCostDecorationSchema>;

/** What a field of a GraphQL service costs; its id is `<id of the service>/<own id>`. */
export const graphqlCostDecorationKind = defineKind({
  name: 'graphql_cost_decoration',
  title: 'GraphQL cost decoration',
  label: 'graphql cost decoration',
  description: 'What a field of a GraphQL service costs, for limits that count costs.',
  parent: { kind: 'service', field: 'service_id', missing: 'service not found' },
  schema: GraphqlCostDecorationSchema,
  notServed: 'GraphQL cost decorations are stored, but no plugin of this version counts costs',
});
