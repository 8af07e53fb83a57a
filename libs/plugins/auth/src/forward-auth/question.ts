import type { Kit, RequestContext } from '@sluice/plugin-kit';
import type { PluginConfigOf } from '@sluice/schema';
import { listedHeaders } from '../shared/listed-headers.ts';
import type { forwardAuthSchema } from './schema.ts';

type Config = Pick<PluginConfigOf<typeof forwardAuthSchema>, 'extra_headers' | 'request_headers' | 'request_method'>;

const ofTheBody = /\$\{?(?:post_arg|graphql_|request_body)/;

/** Whether the question has variables of the body, which have values only when it has been read. */
export function isAboutBody({ extra_headers: extra = {} }: Pick<Config, 'extra_headers'>): boolean {
  return Object.values(extra).some((value) => ofTheBody.test(value));
}

const unsendable = /[^\t\x20-\x7e\x80-\xff]/;

/** The headers that the service is asked with, in lower case; undefined where a value cannot be sent. */
export type Question = (ctx: RequestContext) => Readonly<Record<string, string>> | undefined;

/** Compiles what the service is told of a request. */
export function questionOf(config: Config, { template }: Pick<Kit, 'template'>): Question {
  const extra = Object.entries(config.extra_headers ?? {}).map(
    ([name, value]) => [name.toLowerCase(), template(value)] as const,
  );
  const wanted =
    config.request_method === 'POST' ? [...config.request_headers, 'content-encoding'] : config.request_headers;
  const copied = listedHeaders(wanted).map(([, field]) => field);
  return (ctx) => {
    const { request, client } = ctx;
    const headers: Record<string, string> = {
      'x-forwarded-proto': request.scheme,
      'x-forwarded-method': request.original.method,
      'x-forwarded-host': request.original.host,
      'x-forwarded-uri': request.original.uri,
      'x-forwarded-for': client.ip,
    };
    for (const [name, value] of extra) headers[name] = value(ctx);
    for (const name of copied) {
      const value = Object.hasOwn(headers, name) ? undefined : joined(request.headers.getAll(name), name);
      if (value !== undefined) headers[name] = value;
    }
    return Object.values(headers).some((value) => unsendable.test(value)) ? undefined : headers;
  };
}

function joined(lines: readonly string[], name: string): string | undefined {
  return lines.length === 0 ? undefined : lines.join(name === 'cookie' ? '; ' : ', ');
}
