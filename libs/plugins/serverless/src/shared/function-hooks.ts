import { type Hooks, type Kit, type RequestContext, wholeBody } from '@sluice/plugin-kit';
import type { Static } from '@sluice/schema';
import { FunctionRunner } from './function-runner.ts';
import type { FunctionsConfig } from './functions.schema.ts';

type Config = Static<typeof FunctionsConfig>;

const bodyBytesMax = 1024 * 1024;
const aboutTheBody = ['content-length', 'etag', 'last-modified'] as const;

/** The hooks that run functions in the phase that a configuration names. */
export function functionHooks({ functions, phase }: Config, { log }: Pick<Kit, 'log'>): Hooks {
  const runner = new FunctionRunner(functions, phase, log);
  return { ...hooksOf(runner, log)[phase], dispose: () => runner.dispose() };
}

function hooksOf(runner: FunctionRunner, log: Kit['log']): Record<Config['phase'], Hooks> {
  const asking = (ctx: RequestContext) => runner.whenReady(() => runner.answer(ctx));
  return {
    rewrite: { rewrite: asking },
    access: { access: asking },
    before_proxy: { beforeProxy: asking },
    header_filter: { responseHeader: (ctx) => runner.whenReady(() => runner.changeHead(ctx)) },
    body_filter: {
      responseHeader({ response: { headers } }) {
        if (headers.has('content-encoding')) return;
        for (const name of aboutTheBody) headers.remove(name);
      },
      responseBody(ctx) {
        if (ctx.response.headers.has('content-encoding')) {
          log.warn('a compressed body is not shown to functions', { request: ctx.id });
          return undefined;
        }
        return wholeBody(
          bodyBytesMax,
          (bytes) => runner.whenReady(() => runner.changeBody(ctx, bytes)),
          () => log.warn('a body is too long to be shown to functions', { request: ctx.id }),
        );
      },
    },
    log: { log: (ctx) => (ctx.isRehearsal ? undefined : runner.whenReady(() => runner.tell(ctx))) },
  };
}
