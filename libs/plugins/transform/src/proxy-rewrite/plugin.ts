import { definePlugin } from '@sluice/plugin-kit';
import { headerEditor } from './header-editor.ts';
import { headerChanges, proxyRewriteSchema } from './schema.ts';
import { targetRewriter } from './target-rewriter.ts';

/** Changes path, method, host and headers of a request on its way to the upstream. */
export const proxyRewrite = definePlugin(proxyRewriteSchema, (config, { template }) => {
  const rewriteTarget = targetRewriter(config, template);
  const editHeaders = config.headers && headerEditor(headerChanges(config.headers), template);

  return {
    rewrite(ctx) {
      const captures = rewriteTarget(ctx);
      if (config.method !== undefined) ctx.request.method = config.method;
      if (config.host !== undefined) ctx.request.host = config.host;
      editHeaders?.(ctx, captures);
      return undefined;
    },
  };
});
