import type { TSchema } from 'typebox';
import type { ApiOperationInfo } from '../http/api-operation.ts';
import type { Components, PlainSchema } from './components.ts';
import { idempotencyParameter, pathParameter, refusalAnswer, securityOf } from './document-parts.ts';
import type { Endpoint } from './endpoints.ts';

const READING = new Set(['GET', 'HEAD']);
const JSON_MEDIA = 'application/json';
const anything = {};

/** What the document says about one endpoint. */
export function operationOf(endpoint: Endpoint, components: Components): PlainSchema {
  const { operation, rule, method } = endpoint;
  const via = rule?.type === 'role' ? rule.via : [];
  const body = bodyOf(endpoint, components);
  return {
    operationId: operationId(endpoint),
    tags: [tagOf(endpoint)],
    summary: operation?.summary ?? '',
    ...(operation?.description && { description: operation.description }),
    ...(rule?.type === 'role' && { 'x-role': rule.role }),
    security: securityOf(via, READING.has(method)),
    parameters: parametersOf(endpoint, components),
    ...(body && { requestBody: body }),
    responses: answersOf(endpoint, components),
  };
}

/** A name that generators of clients can use: the class without its suffix, then the handler. */
function operationId({ handler, path, method }: Endpoint): string {
  const [owner = '', name = ''] = handler.replace('Controller.', '.').split('.');
  const id = `${owner.charAt(0).toLowerCase()}${owner.slice(1)}${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  return id === '' ? `${method}${path}` : id;
}

/** The first part of the path that is no group and no parameter. */
function tagOf({ path }: Endpoint): string {
  const parts = path.split('/').slice(3);
  const [first = 'api', , inner] = parts;
  return first === 'groups' && inner !== undefined && !inner.startsWith(':') ? inner : first;
}

function parametersOf({ path, method, operation, rule }: Endpoint, components: Components): PlainSchema[] {
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
  const takesKey = !READING.has(method) && rule?.type === 'role';
  return [
    ...names.map(pathParameter),
    ...namedParameters('query', operation?.query, components),
    ...namedParameters('header', operation?.headers, components),
    ...(takesKey ? [idempotencyParameter] : []),
  ];
}

function namedParameters(place: string, schemas: ApiOperationInfo['query'], components: Components): PlainSchema[] {
  return Object.entries(schemas ?? {}).map(([name, schema]) => {
    const { description, ...shown } = components.show(schema) as { readonly description?: string };
    return { name, in: place, required: !isOptional(schema), ...(description && { description }), schema: shown };
  });
}

/** TypeBox marks what may be absent in a property that is not part of the schema. */
function isOptional(schema: TSchema): boolean {
  return '~optional' in schema || 'default' in schema;
}

function bodyOf({ body, operation }: Endpoint, components: Components): PlainSchema | undefined {
  const told = operation?.body;
  if (!body && !told) return undefined;
  const { schema, isOptional: mayBeAbsent, media = JSON_MEDIA } = { ...body, ...told };
  const shown = schema ? components.show(schema) : anything;
  return { required: !mayBeAbsent, content: { [media]: { schema: shown } } };
}

function answersOf(endpoint: Endpoint, components: Components): PlainSchema {
  const { operation, status } = endpoint;
  const answers = operation?.answers;
  const content = answers && { content: { [operation?.media ?? JSON_MEDIA]: { schema: components.show(answers) } } };
  const successes = (operation?.statuses ?? [status]).map((code) => [
    code,
    { description: successOf(code), ...content },
  ]);
  const refused = [...refusalsOf(endpoint)].sort((a, b) => a - b).map((code) => [code, refusalAnswer(code)]);
  return Object.fromEntries([...successes, ...refused]) as PlainSchema;
}

function successOf(status: number): string {
  const words: Readonly<Record<number, string>> = {
    201: 'Created.',
    202: 'Accepted.',
    204: 'Done.',
    302: 'Elsewhere.',
  };
  return words[status] ?? 'The answer.';
}

/** What an endpoint may answer instead, as far as that follows from its form. */
function refusalsOf({ operation, rule, body, path, method, readsQuery }: Endpoint): Set<number> {
  const isWriting = !READING.has(method);
  const isGuarded = rule?.type === 'role';
  const hasBody = body !== undefined || operation?.body !== undefined;
  const causes: readonly (readonly [applies: boolean, ...statuses: number[]])[] = [
    [isWriting || hasBody || readsQuery || operation?.query !== undefined, 400],
    [isGuarded, 401, 403],
    [path.includes(':'), 404],
    [hasBody, 413],
    // Of the Idempotency-Key.
    [isGuarded && isWriting, 409, 422],
    [true, 503],
  ];
  const usual = causes.flatMap(([applies, ...statuses]) => (applies ? statuses : []));
  return new Set([...usual, ...(operation?.refusals ?? [])]);
}
