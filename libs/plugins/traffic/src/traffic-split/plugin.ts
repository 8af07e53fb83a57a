import {
  definePlugin,
  type Kit,
  type MaybeReply,
  reply,
  type RequestContext,
  type UpstreamRef,
} from '@sluice/plugin-kit';
import type { PluginConfigOf } from '@sluice/schema';
import { conditionBodyBytesMax, isAboutBody } from '../shared/body-conditions.ts';
import { trafficSplitSchema } from './schema.ts';
import { WeightedTurns } from './weighted-turns.ts';

type Config = PluginConfigOf<typeof trafficSplitSchema>;
type RuleConfig = NonNullable<Config['rules']>[number];
type SplitKit = Pick<Kit, 'expression' | 'upstream'>;

/** Where requests may go; without an upstream to the route's. */
interface Destination {
  readonly upstream?: UpstreamRef;
  readonly unknown: MaybeReply;
}

interface Rule {
  readonly isFor: (ctx: RequestContext) => boolean;
  readonly turns: WeightedTurns<Destination>;
}

/** Sends requests to one of several upstreams. */
export const trafficSplit = definePlugin(trafficSplitSchema, ({ rules = [] }, kit) => {
  const compiled = rules.map((rule) => compileRule(rule, kit));
  const needsBody = isAboutBody(rules.map(({ match }) => match));

  function choose(ctx: RequestContext): MaybeReply {
    for (const { isFor, turns } of compiled) {
      if (!isFor(ctx)) continue;
      const { upstream, unknown } = ctx.isRehearsal ? turns.peek() : turns.take();
      if (upstream === undefined) return undefined;
      if (!upstream.isKnown) return unknown;
      ctx.useUpstream(upstream);
      return undefined;
    }
    return undefined;
  }

  return {
    access(ctx) {
      if (!needsBody || !ctx.request.hasBody) return choose(ctx);
      return ctx.request.readBody(conditionBodyBytesMax).then(() => choose(ctx));
    },
  };
});

function compileRule({ match = [], weighted_upstreams: choices }: RuleConfig, kit: SplitKit): Rule {
  const expressions = match.map(({ vars = [] }) => kit.expression(vars));
  const turns = new WeightedTurns(choices.map((choice) => ({ of: destinationOf(choice, kit), weight: choice.weight })));
  const isFor = (ctx: RequestContext) => expressions.length === 0 || expressions.some((expression) => expression(ctx));
  return { isFor, turns };
}

function destinationOf({ upstream_id: id, upstream }: RuleConfig['weighted_upstreams'][number], kit: SplitKit) {
  if (id !== undefined) {
    const unknown = reply(500, `failed to fetch upstream info by upstream id: ${id}`);
    return { upstream: kit.upstream({ id: String(id) }), unknown };
  }
  return upstream === undefined ? { unknown: undefined } : { upstream: kit.upstream(upstream), unknown: reply(500) };
}
