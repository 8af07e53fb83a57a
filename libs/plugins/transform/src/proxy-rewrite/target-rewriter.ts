import { compilePattern } from '@sluice/expr';
import type { Kit, RequestContext } from '@sluice/plugin-kit';
import type { PluginConfigOf } from '@sluice/schema';
import { encodePath, encodeUnsafe } from '../shared/percent-encoding.ts';
import { type Captures, replacement, splitQuery } from './replacement.ts';
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
  const [pathSource, querySource] = splitQuery(uri);
  const path = template(pathSource);
  const query = querySource === undefined ? undefined : template(querySource);
  const encode = isRaw ? encodeUnsafe : encodePath;
  return (ctx) => {
    // Both are filled before either is set: variables show the request as it stands.
    const [newPath, newQuery] = [encode(path(ctx)), query && encodeUnsafe(query(ctx))];
    setTarget(ctx, newPath, newQuery);
    return null;
  };
}

/** Puts the replacement in the place of what was matched. */
type Apply = (ctx: RequestContext, matched: RegExpExecArray) => void;

function byPattern(pairs: readonly string[], isRaw: boolean, template: Template): TargetRewriter {
  const applyWith = isRaw ? rawReplacement : decodedReplacement;
  const rules: { readonly pattern: RegExp; readonly apply: Apply }[] = [];
  for (let i = 0; i + 1 < pairs.length; i += 2) {
    rules.push({ pattern: compilePattern(pairs[i] ?? ''), apply: applyWith(pairs[i + 1] ?? '', template) });
  }
  const otherwise = isRaw ? keepRaw : normalise;
  return (ctx) => {
    const subject = isRaw ? ctx.request.original.uri : decodedPath(ctx);
    for (const { pattern, apply } of rules) {
      const matched = pattern.exec(subject);
      if (matched === null) continue;
      apply(ctx, matched);
      return matched;
    }
    return otherwise(ctx);
  };
}

function decodedReplacement(source: string, template: Template): Apply {
  const [pathSource, querySource] = splitQuery(source);
  const path = replacement(pathSource, template);
  const query = querySource === undefined ? undefined : replacement(querySource, template);
  return (ctx, matched) => {
    const [before, after] = around(matched);
    const newPath = `${before}${path(ctx, matched)}`;
    if (query === undefined) setTarget(ctx, encodePath(newPath + after), undefined);
    else setTarget(ctx, encodePath(newPath), encodeUnsafe(query(ctx, matched) + after));
  };
}

/** The raw target holds the client's query, which must not be appended once more. */
function rawReplacement(source: string, template: Template): Apply {
  const filled = replacement(source, template);
  return (ctx, matched) => {
    const [before, after] = around(matched);
    const result = encodeUnsafe(`${before}${filled(ctx, matched)}${after}`);
    const separator = result.indexOf('?');
    ctx.request.path = rooted(separator < 0 ? result : result.slice(0, separator));
    ctx.request.query = separator < 0 ? '' : result.slice(separator + 1);
  };
}

function around({ index, input, 0: text }: RegExpExecArray): [before: string, after: string] {
  return [input.slice(0, index), input.slice(index + text.length)];
}

function setTarget({ request }: RequestContext, path: string, query: string | undefined): void {
  request.path = rooted(path);
  if (query !== undefined) request.query = request.query === '' ? query : `${query}&${request.query}`;
}

/** A replacement may leave nothing of a path, or no slash before it. */
function rooted(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
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
