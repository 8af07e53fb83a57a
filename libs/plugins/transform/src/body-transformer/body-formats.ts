import { onDemand, type RequestContext } from '@sluice/plugin-kit';
import { fromJson, type HostObject, Table } from '@sluice/templates';
import { MultipartBody } from './multipart-body.ts';
import type { BodyFormat } from './schema.ts';
import { UnreadableBody } from './unreadable-body.ts';

/** What a body says, for a template. */
export interface DecodedBody {
  readonly fields: Table;
  readonly multipart?: HostObject;
}

/** A body with what is known of it. */
export interface RawBody {
  readonly bytes: Uint8Array;
  readonly contentType: string | undefined;
  readonly query: string;
}

const xml = onDemand(() => import('./xml-body.ts'));

const types: readonly (readonly [string, BodyFormat])[] = [
  ['text/xml', 'xml'],
  ['application/json', 'json'],
  ['application/x-www-form-urlencoded', 'encoded'],
  ['multipart/', 'multipart'],
];

/** The format that a content type means; undefined for any other. */
export function formatOf(contentType: string | undefined): BodyFormat | undefined {
  const type = contentType?.toLowerCase();
  return type === undefined ? undefined : types.find(([name]) => type.includes(name))?.[1];
}

/** Reads a body, of which `text` is the text. Throws an `UnreadableBody`. */
export async function decodeBody(format: BodyFormat | undefined, body: RawBody, text: string): Promise<DecodedBody> {
  try {
    return await decoded(format, body, text);
  } catch (error) {
    if (error instanceof RangeError) throw new UnreadableBody('nested too deeply', { cause: error });
    throw error;
  }
}

async function decoded(format: BodyFormat | undefined, body: RawBody, text: string): Promise<DecodedBody> {
  switch (format) {
    case 'json':
      return { fields: jsonFields(text) };
    case 'xml':
      return { fields: (await xml()).xmlFields(text) };
    case 'encoded':
      return { fields: formFields(text) };
    case 'args':
      return { fields: formFields(body.query) };
    case 'multipart': {
      const multipart = new MultipartBody(body.bytes, body.contentType);
      return { fields: multipart.fields(), multipart };
    }
    default:
      return { fields: new Table() };
  }
}

function jsonFields(text: string): Table {
  let value: unknown;
  try {
    value = fromJson(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) throw new UnreadableBody('not valid JSON', { cause: error });
    throw error;
  }
  if (value instanceof Table) return value;
  throw new UnreadableBody('neither an object nor a list');
}

/** An argument that is there several times is a list. */
function formFields(text: string): Table {
  const fields = new Table();
  for (const [name, value] of new URLSearchParams(text)) {
    const before = fields.get(name);
    if (before instanceof Table) before.insert(before.length + 1, value);
    else fields.set(name, before === undefined ? value : new Table([before, value], true));
  }
  return fields;
}

const facts: Readonly<Record<string, (ctx: RequestContext) => unknown>> = {
  var: (ctx): HostObject => ({ isHostObject: true, index: (name) => ctx.variable(name) }),
  consumer_name: (ctx) => ctx.consumer?.username,
  route_id: (ctx) => ctx.route?.id,
  route_name: (ctx) => ctx.route?.name,
  service_id: (ctx) => ctx.route?.service?.id,
  service_name: (ctx) => ctx.route?.service?.name,
};

/** What a template may know of a request besides the body. */
export function contextObject(ctx: RequestContext): HostObject {
  return { isHostObject: true, index: (name) => (Object.hasOwn(facts, name) ? facts[name]?.(ctx) : undefined) };
}
