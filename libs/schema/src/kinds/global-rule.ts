import Type, { type Static } from 'typebox';
import { defineKind } from '../define/kind.ts';
import { CreateTime, Id, Plugins, UpdateTime } from '../defs/identity.ts';

/** Schema of a global rule. */
export const GlobalRuleSchema = Type.Object(
  {
    id: Id,
    plugins: Plugins,
    create_time: Type.Optional(CreateTime),
    update_time: Type.Optional(UpdateTime),
  },
  { additionalProperties: false, title: 'Global rule', description: 'Plugins that run on every request.' },
);

/** A global rule, defaults filled. */
export type GlobalRule = Static<typeof GlobalRuleSchema>;

/** Plugins that run on every request, also on those that match no route. */
export const globalRuleKind = defineKind({
  name: 'global_rule',
  title: 'Global rule',
  description: 'Plugins that run on every request, also on those that match no route.',
  methods: ['GET', 'PUT', 'PATCH', 'DELETE'],
  schema: GlobalRuleSchema,
  pluginDoor: 'config',
});
