import {
  type ComposedPlugin,
  definePlugin,
  type MaybeReply,
  type Reply,
  reply,
  type RequestContext,
} from '@sluice/plugin-kit';
import { isJsonObject, isSwitchedOff } from '@sluice/schema';
import { multiAuthSchema } from './schema.ts';

/** Lets in whom one of several authentications accepts, and none of them alone refuses. */
export const multiAuth = definePlugin(multiAuthSchema, ({ auth_plugins: entries }, { compose, log }) => {
  const plugins = entries.flatMap((entry, at) =>
    Object.entries(entry).flatMap(([name, config]) => set(name, config, at)),
  );

  function set(name: string, config: unknown, at: number): ComposedPlugin[] {
    if (isSwitchedOff(config)) return [];
    const { _meta: _, ...own } = isJsonObject(config) ? config : {};
    const composed = compose(name, own, `multi-auth/${at}`);
    return composed === undefined ? [] : [composed];
  }

  /** Asks the plugins from `at` on; a promise only where one of them has to wait. */
  function ask(ctx: RequestContext, at: number, challenges: readonly string[]): MaybeReply {
    for (let next = at; next < plugins.length; next += 1) {
      const plugin = plugins[next] as ComposedPlugin;
      const answer = plugin.hooks.rewrite?.(ctx);
      if (answer === undefined) return undefined;
      if (answer instanceof Promise)
        return answer.then((late) => late && goOn(ctx, next, noted(ctx, plugin, late, challenges)));
      challenges = noted(ctx, plugin, answer, challenges);
    }
    return refusal(challenges);
  }

  function goOn(ctx: RequestContext, after: number, challenges: readonly string[]): MaybeReply {
    return ask(ctx, after + 1, challenges);
  }

  /** The challenges with that of one more refusal. */
  function noted(ctx: RequestContext, { schema }: ComposedPlugin, answer: Reply, challenges: readonly string[]) {
    log.info(`${schema.name} failed to authenticate the request, code: ${answer.status}`, { request: ctx.id });
    const challenge = answer.headers['WWW-Authenticate'];
    return challenge === undefined ? challenges : [...challenges, challenge].flat();
  }

  return { rewrite: (ctx) => ask(ctx, 0, []) };
});

/** A client may take any of the ways: the answer names all that asked for something. */
function refusal(challenges: readonly string[]): Reply {
  const headers = challenges.length === 0 ? {} : { 'WWW-Authenticate': challenges };
  return reply(401, { message: 'Authorization Failed' }, headers);
}
