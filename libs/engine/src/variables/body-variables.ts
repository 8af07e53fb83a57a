import type { Exchange } from '../http/exchange.ts';
import { firstArgument } from '../http/request-values.ts';
import { type Fields, formFields, isFormType } from './form-fields.ts';
import { graphqlRequest, graphqlVariable, loadGraphql } from './graphql-request.ts';
import { multipartFields } from './multipart-fields.ts';
import { valueAt } from './value-path.ts';

/** A body as its content type says it is to be read; undefined where it is not what it claims to be. */
interface BodyDocument {
  readonly content: Buffer;
  readonly value: unknown;
}

const documentKey = Symbol('body document');
const graphqlKey = Symbol('graphql request');

/** Whether a variable is made of the body of a request. */
export function isBodyVariable(name: string): boolean {
  const code = name.charCodeAt(0);
  if (code !== 112 && code !== 103 && code !== 114) return false;
  return name.startsWith('post_arg') || name.startsWith('graphql_') || name === 'request_body';
}

/**
 * The value of such a variable. While the route is searched for, the body is read first; later it is there only if somebody
 * has read it.
 */
export function bodyVariable(exchange: Exchange, name: string): unknown {
  if (name.startsWith('graphql_')) return graphqlValue(exchange, name.slice(8));
  const content = contentOf(exchange);
  if (content === undefined) return undefined;
  if (name === 'request_body') return content.toString();
  if (name.startsWith('post_arg_')) return formArgument(exchange, content, name.slice(9));
  return name.startsWith('post_arg.') ? valueAt(documentOf(exchange, content).value, name.slice(9)) : undefined;
}

function contentOf(exchange: Exchange): Buffer | undefined {
  const { body } = exchange.request;
  if (body === null) return undefined;
  const content = body.whole;
  if (content !== null) return content;
  if (!exchange.isBodyTried) exchange.awaitFirst(() => readBody(exchange));
  return undefined;
}

/** One that is too long is still sent on; its variables are absent. */
async function readBody(exchange: Exchange): Promise<void> {
  exchange.isBodyTried = true;
  await exchange.request.readBody(exchange.gateway.readableBodyBytesMax);
}

function formArgument(exchange: Exchange, content: Buffer, name: string): string | undefined {
  if (!isFormType(typeOf(exchange))) return undefined;
  const value = (documentOf(exchange, content).value as Fields)[name];
  return Array.isArray(value) ? value[0] : (value as string | undefined);
}

function documentOf(exchange: Exchange, content: Buffer): BodyDocument {
  const known = exchange.state.get(documentKey) as BodyDocument | undefined;
  if (known?.content === content) return known;
  const document = { content, value: parsed(content, typeOf(exchange)) };
  exchange.state.set(documentKey, document);
  return document;
}

function parsed(content: Buffer, type: string): unknown {
  if (isFormType(type)) return formFields(content.toString());
  if (/^multipart\/form-data\b/i.test(type)) return multipartFields(content, type);
  if (!/^application\/(?:[\w.+-]+\+)?json\b/i.test(type)) return undefined;
  return parsedJson(content);
}

function parsedJson(content: Buffer): unknown {
  try {
    return JSON.parse(content.toString());
  } catch {
    // A body that is no JSON has no fields; the upstream will say so to the client.
    return undefined;
  }
}

/** GraphQL over HTTP: the argument `query` of a GET, the field `query` of a JSON body, or the body itself. */
function graphqlValue(exchange: Exchange, field: string): unknown {
  const source = graphqlSource(exchange);
  if (source === undefined) return undefined;
  const known = exchange.state.get(graphqlKey) as
    { source: string; request: ReturnType<typeof graphqlRequest> } | undefined;
  if (known?.source === source) return graphqlVariable(known.request, field);
  const request = graphqlRequest(source);
  if (request === 'not loaded') {
    exchange.awaitFirst(loadGraphql);
    return undefined;
  }
  exchange.state.set(graphqlKey, { source, request });
  return graphqlVariable(request, field);
}

function graphqlSource(exchange: Exchange): string | undefined {
  const { request } = exchange;
  if (request.method === 'GET') return firstArgument(request.original.query, 'query');
  const content = contentOf(exchange);
  if (content === undefined || !/^application\/json\b/i.test(typeOf(exchange))) return content?.toString();
  const query = valueAt(documentOf(exchange, content).value, 'query');
  return typeof query === 'string' ? query : undefined;
}

function typeOf({ request }: Exchange): string {
  return request.headers.get('content-type') ?? '';
}
