import { compilePattern } from '@sluice/expr';
import type { Kit, RequestContext } from '@sluice/plugin-kit';
import type { PluginConfigOf } from '@sluice/schema';
import { encodePath, encodeUnsafe } from './percent-encoding.ts';
import { type Captures, type Filled, replacement } from './replacement.ts';
import type { proxyRewriteSchema } from './schema.ts';

/** Changes path and query of a request; answers what a pattern captured, for the headers. */
export type TargetRewriter = (ctx: RequestContext) => Captures;

type Config = PluginConfigOf<typeof proxyRewriteSchema>;
type Template = Kit['template'];

/** Compiles what is configured about the path. A new `uri` wins over patterns. */
export function targetRewriter(config: Config, template: Template): TargetRewriter {
  const isRaw = config.use_real_request_uri_unsafe;
  if (config.uri !== undefined) return byTemplate(config.uri, isRaw, template);
  if (config.regex_uri !== undefined) return byPattern(config.regex_uri, isRaw, template);
  return isRaw ? keepRaw : normalise;
}

function byTemplate(uri: string, isRaw: boolean, template: Template): TargetRewriter {
  // Only a question mark that is configured begins the query: one that a variable brings is part of the path.
  const separator = uri.indexOf('?');
  const path = template(separator < 0 ? uri : uri.slice(0, separator));
  const query = separator < 0 ? undefined : template(uri.slice(separator + 1));
  const encode = isRaw ? encodeUnsafe : encodePath;
  return (ctx) => {
    // Both are filled before either is set: variables show the request as it stands.
    const [newPath, newQuery] = [encode(path(ctx)), query && encodeUnsafe(query(ctx))];
    setTarget(ctx, newPath, newQuery);
    return null;
  };
}

function byPattern(pairs: readonly string[], isRaw: boolean, template: Template): TargetRewriter {
  const rules: { readonly pattern: RegExp; readonly filled: Filled }[] = [];
  for (let i = 0; i + 1 < pairs.length; i += 2) {
    rules.push({ pattern: compilePattern(pairs[i] ?? ''), filled: replacement(pairs[i + 1] ?? '', template) });
  }
  const otherwise = isRaw ? keepRaw : normalise;
  const apply = isRaw ? setRaw : setDecoded;
  return (ctx) => {
    const subject = isRaw ? ctx.request.original.uri : decodedPath(ctx);
    for (const { pattern, filled } of rules) {
      const captures = pattern.exec(subject);
      if (captures === null) continue;
      const end = captures.index + captures[0].length;
      apply(ctx, subject, `${subject.slice(0, captures.index)}${filled(ctx, captures)}${subject.slice(end)}`);
      return captures;
    }
    return otherwise(ctx);
  };
}

/** A question mark in the decoded path is the client's `%3F`: then none of the result's can be told to begin a query. */
function setDecoded(ctx: RequestContext, subject: string, result: string): void {
  const separator = subject.includes('?') ? -1 : result.indexOf('?');
  if (separator < 0) setTarget(ctx, encodePath(result), undefined);
  else setTarget(ctx, encodePath(result.slice(0, separator)), encodeUnsafe(result.slice(separator + 1)));
}

/** The raw target holds the client's query, which must not be appended once more. */
function setRaw(ctx: RequestContext, _subject: string, result: string): void {
  const separator = result.indexOf('?');
  ctx.request.path = encodeUnsafe(separator < 0 ? result : result.slice(0, separator));
  ctx.request.query = separator < 0 ? '' : encodeUnsafe(result.slice(separator + 1));
}

function setTarget({ request }: RequestContext, path: string, query: string | undefined): void {
  request.path = path;
  if (query !== undefined) request.query = request.query === '' ? query : `${query}&${request.query}`;
}

function keepRaw({ request }: RequestContext): null {
  request.path = request.original.path;
  request.query = request.original.query;
  return null;
}

/** The upstream gets the path in one spelling, however the client had encoded it. */
function normalise(ctx: RequestContext): null {
  if (ctx.request.path.includes('%')) ctx.request.path = encodePath(decodedPath(ctx));
  return null;
}

function decodedPath(ctx: RequestContext): string {
  return ctx.variable('uri') ?? ctx.request.path;
}
