import { definePlugin, type RequestContext, reply } from '@sluice/plugin-kit';
import { anyPattern } from '../shared/patterns.ts';
import { uriBlockerSchema } from './schema.ts';

/** Refuses by path and query, as the client sent them and as they read when decoded. */
export const uriBlocker = definePlugin(uriBlockerSchema, (config) => {
  const isBlocked = anyPattern(config.block_rules, config.case_insensitive ? 'i' : '');
  const body = config.rejected_msg === undefined ? null : { error_msg: config.rejected_msg };
  const refusal = reply(config.rejected_code, body);

  return {
    rewrite(ctx) {
      const { uri } = ctx.request.original;
      return isBlocked(uri) || (isWritable(uri) && isBlocked(plain(ctx))) ? refusal : undefined;
    },
  };
});

/** Whether a target can be written in another way: with dots to be resolved, slashes to be merged, or encoded. */
function isWritable(uri: string): boolean {
  return uri.includes('%') || uri.includes('/.') || uri.includes('//');
}

/** What an upstream reads: `root%2eexe` is `root.exe` for it, and `/./internal` is `/internal`. */
function plain(ctx: RequestContext): string {
  const { query } = ctx.request.original;
  const path = ctx.variable('uri') ?? '';
  return query === '' ? path : `${path}?${decoded(query)}`;
}

/** Decodes what can be decoded, sequence by sequence: one that is broken does not hide the others. */
function decoded(text: string): string {
  return text.replaceAll(/(?:%[\dA-Fa-f]{2})+/g, (run) => {
    const bytes = Buffer.from(run.replaceAll('%', ''), 'hex');
    return bytes.toString('utf8');
  });
}
