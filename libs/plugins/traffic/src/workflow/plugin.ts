import { definePlugin, type Hooks, type Kit, type MaybeReply, reply, type RequestContext } from '@sluice/plugin-kit';
import type { PluginConfigOf } from '@sluice/schema';
import { conditionBodyBytesMax, isAboutBody } from '../shared/body-conditions.ts';
import { workflowSchema } from './schema.ts';

type RuleConfig = PluginConfigOf<typeof workflowSchema>['rules'][number];
type WorkflowKit = Pick<Kit, 'compose' | 'expression'>;

/** What a rule does: an answer, or another plugin in place of the one that the route may have. */
type Action = { readonly answer: MaybeReply } | { readonly plugin: string; readonly hooks: Hooks };

interface Rule {
  readonly isFor: (ctx: RequestContext) => boolean;
  readonly action: Action;
}

/** Refuses or limits requests by the first rule that is for them. */
export const workflow = definePlugin(workflowSchema, ({ rules }, kit) => {
  const compiled = rules.map((rule, at) => compileRule(rule, at, kit));
  const needsBody = isAboutBody(rules.map((rule) => rule.case));
  /** The hooks that run for a request, from its access phase on. */
  const running = Symbol('workflow hooks');

  function decide(ctx: RequestContext): MaybeReply {
    const action = compiled.find(({ isFor }) => isFor(ctx))?.action;
    if (action === undefined) return undefined;
    if ('answer' in action) return action.answer;
    ctx.skip(action.plugin);
    ctx.state.set(running, action.hooks);
    return action.hooks.access?.(ctx);
  }

  const hooksOf = (ctx: RequestContext) => ctx.state.get(running) as Hooks | undefined;

  return {
    access(ctx) {
      if (!needsBody || !ctx.request.hasBody) return decide(ctx);
      return ctx.request.readBody(conditionBodyBytesMax).then(() => decide(ctx));
    },
    responseHeader: (ctx) => hooksOf(ctx)?.responseHeader?.(ctx),
    log: (ctx) => hooksOf(ctx)?.log?.(ctx),
  };
});

function compileRule({ case: condition, actions }: RuleConfig, at: number, kit: WorkflowKit): Rule {
  const isFor = condition === undefined ? () => true : kit.expression(condition);
  const [name, conf] = actions[0] ?? [];
  return { isFor, action: actionOf(String(name), conf as Readonly<Record<string, unknown>>, `workflow-${at}`, kit) };
}

function actionOf(name: string, conf: Readonly<Record<string, unknown>>, scope: string, kit: WorkflowKit): Action {
  if (name === 'return') return { answer: reply(Number(conf['code']), { error_msg: 'rejected by workflow' }) };
  const composed = kit.compose(name, conf, scope);
  if (composed === undefined) throw new Error(`There is no plugin ${name} in this build.`);
  return { plugin: name, hooks: composed.hooks };
}
