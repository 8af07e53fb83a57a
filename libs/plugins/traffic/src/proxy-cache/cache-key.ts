import { hash } from 'node:crypto';
import type { RequestContext } from '@sluice/plugin-kit';

/** A body of a POST up to which requests can be told apart by it. */
const bodyBytesMax = 1024 * 1024;
/** Variables that say who sends a request. */
const identityVariables = ['$consumer_name', '$consumer_group_id', '$remote_user', '$http_authorization'];

/** The parts of the configuration that make keys. */
export interface KeyConfig {
  readonly cache_key: readonly string[];
  readonly consumer_isolation: boolean;
  readonly cache_control: boolean;
}

/** Where the parts of a key get their values. */
export type VariableSource = (name: string) => string | undefined;

/** Makes the keys of one configuration. No two requests share a key unless all parts are the same. */
export class CacheKeys {
  readonly #parts: readonly string[];
  readonly #isolates: boolean;
  readonly #namesIdentity: boolean;
  readonly #isRfc: boolean;

  constructor({ cache_key: parts, consumer_isolation: isolates, cache_control: isRfc }: KeyConfig) {
    this.#isRfc = isRfc;
    this.#parts = parts;
    this.#namesIdentity = parts.some((part) => identityVariables.includes(part));
    this.#isolates = isolates && !this.#namesIdentity;
  }

  /** The key of what a GET of this request would get; `variables` where it is of another address. */
  ofGet(ctx: RequestContext, variables: VariableSource = (name) => ctx.variable(name)): string {
    return this.#join('GET', ctx, variables);
  }

  /** The key of a POST, by its body too; null where that is too long to tell. */
  async ofPost(ctx: RequestContext): Promise<string | null> {
    const body = await ctx.request.readBody(bodyBytesMax);
    if (body === null) return null;
    return this.#join(`POST ${hash('sha256', body)}`, ctx, (name) => ctx.variable(name));
  }

  /** Whether the request says who sends it, and keys do not: then the answer says whether others may have it, too. */
  isPersonal(ctx: RequestContext): boolean {
    if (!this.#isRfc || this.#namesIdentity || !ctx.request.headers.has('authorization')) return false;
    return !(this.#isolates && (ctx.consumer !== undefined || ctx.user !== undefined));
  }

  /** Lengths before the parts, so that no part can pass for two. */
  #join(method: string, ctx: RequestContext, variables: VariableSource): string {
    let key = measured(method);
    if (this.#isolates) key += measured(identityOf(ctx, this.#isRfc));
    for (const part of this.#parts) key += measured(part.startsWith('$') ? (variables(part.slice(1)) ?? '') : part);
    return key;
  }
}

function measured(text: string): string {
  return `${text.length}:${text}`;
}

/**
 * Who sends a request, as far as the gateway knows: nothing for a stranger. One who is known to the upstream alone has
 * answers apart, too, unless the answers themselves say who may have them. What could be secret is not kept.
 */
function identityOf(ctx: RequestContext, isRfc: boolean): string {
  const { consumer, user } = ctx;
  if (consumer !== undefined) return `consumer ${consumer.username}`;
  if (user !== undefined) return `user ${hash('sha256', JSON.stringify(user['sub'] ?? user))}`;
  const authorization = ctx.request.headers.get('authorization');
  return authorization === undefined || isRfc ? '' : `authorization ${hash('sha256', authorization)}`;
}

/** Whether any of the parts has a value that means yes. */
export function isAnySet(parts: readonly string[] | undefined, ctx: RequestContext): boolean {
  if (parts === undefined) return false;
  return parts.some((part) => {
    const value = part.startsWith('$') ? ctx.variable(part.slice(1)) : part;
    return value !== undefined && value !== '' && value !== '0';
  });
}

/** The variables of a GET of another address on the same host; undefined where the address is on another. */
export function variablesOf(ctx: RequestContext, address: string): VariableSource | undefined {
  const { scheme, headers, original } = ctx.request;
  const host = headers.get('host') ?? original.host;
  const own = `${scheme}://${host}${original.uri.startsWith('/') ? original.uri : '/'}`;
  if (!URL.canParse(address, own)) return undefined;
  const url = new URL(address, own);
  if (url.host !== new URL(own).host) return undefined;
  const query = url.search.slice(1);
  const known: Readonly<Record<string, string>> = {
    request_uri: url.pathname + url.search,
    real_request_uri: url.pathname + url.search,
    uri: decoded(url.pathname),
    args: query,
    query_string: query,
    is_args: query === '' ? '' : '?',
  };
  return (name) =>
    known[name] ?? (name.startsWith('arg_') ? (url.searchParams.get(name.slice(4)) ?? undefined) : ctx.variable(name));
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    // Percent signs that encode nothing: the path stands for itself.
    return path;
  }
}
