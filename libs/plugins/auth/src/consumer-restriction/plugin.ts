import { definePlugin, reply, type RequestContext } from '@sluice/plugin-kit';
import { consumerRestrictionSchema } from './schema.ts';

/** What a restriction may look at. */
const subjects = {
  consumer_name: (ctx: RequestContext) => ctx.consumer?.username,
  consumer_group_id: (ctx: RequestContext) => ctx.consumer?.groupId,
  service_id: (ctx: RequestContext) => ctx.route?.service?.id,
  route_id: (ctx: RequestContext) => ctx.route?.id,
};

interface MethodRule {
  readonly user?: string | undefined;
  readonly methods?: readonly string[] | undefined;
}

/** Lets requests pass by who they are from or where they go. */
export const consumerRestriction = definePlugin(consumerRestrictionSchema, (config) => {
  const { type, rejected_code: code, rejected_msg: message = `The ${type} is forbidden.` } = config;
  const subject = subjects[type];
  const denied = new Set(config.blacklist);
  const allowed = config.whitelist && new Set(config.whitelist);
  const methods = methodsByName(config.allowed_by_methods ?? []);
  const forbidden = reply(code, { message });
  const unidentified = reply(401, {
    message: `The request is rejected, please check the ${type} for this request`,
  });

  return {
    access(ctx) {
      const name = subject(ctx);
      if (name === undefined) return unidentified;
      if (denied.has(name)) return forbidden;
      if (allowed !== undefined) return allowed.has(name) ? undefined : forbidden;
      return methods.get(name)?.has(ctx.request.original.method) === false ? forbidden : undefined;
    },
  };
});

/** Several rules for one name add up. */
function methodsByName(rules: readonly MethodRule[]): ReadonlyMap<string, ReadonlySet<string>> {
  const methods = new Map<string, Set<string>>();
  for (const { user, methods: names = [] } of rules) {
    if (user !== undefined) methods.set(user, new Set([...(methods.get(user) ?? []), ...names]));
  }
  return methods;
}
