import { isJsonObject, type JsonObject, type JsonValue } from '@sluice/schema';
import type { Operation, OperationContext } from './operations.ts';

/** Words of OpenAPI's schemas that are no words of JSON Schema, or none that a check needs. */
const unknown = new Set([
  'discriminator',
  'xml',
  'externalDocs',
  'example',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
]);

/** Checks of a request: of its JSON body, and of the headers that it needs. */
export function requestValidation(source: Operation, context: OperationContext): JsonObject {
  const { conversion } = context;
  const body = bodySchema(source, context);
  const headers = headerSchema(source, context);
  if (!body && !headers) return {};
  if (!conversion.hasPlugin('request-validation')) {
    conversion.dropped(
      source.place,
      'requests are not checked: this version does not have the plugin request-validation',
    );
    return {};
  }
  return { 'request-validation': { ...(body && { body_schema: body }), ...(headers && { header_schema: headers }) } };
}

function bodySchema(
  { operation, place }: Operation,
  { resolver, conversion }: OperationContext,
): JsonObject | undefined {
  const body = resolver.object(operation['requestBody'] as JsonValue | undefined);
  const content = isJsonObject(body?.['content']) ? (body['content'] as JsonObject) : {};
  const entries = Object.entries(content);
  const media = entries.find(([type]) => /^application\/(?:[\w.-]+\+)?json\b/.test(type))?.[1];
  if (body && !media && entries.length > 0)
    conversion.dropped(`${place}/requestBody`, 'only bodies in JSON are checked');
  const schema = resolver.object(media as JsonValue | undefined)?.['schema'];
  if (schema === undefined) return undefined;
  if (body?.['required'] !== true) {
    conversion.dropped(
      `${place}/requestBody`,
      'a body that may be left out is not checked: every request would need one',
    );
    return undefined;
  }
  const whole = resolver.whole(schema as JsonValue);
  if (isJsonObject(whole)) return asJsonSchema(whole as JsonValue) as JsonObject;
  conversion.dropped(
    `${place}/requestBody`,
    'the schema refers to itself or out of the document, so that bodies are not checked',
  );
  return undefined;
}

function headerSchema(
  { operation, item, place }: Operation,
  { resolver, conversion }: OperationContext,
): JsonObject | undefined {
  const properties: Record<string, JsonValue> = {};
  const required: string[] = [];
  for (const source of [...listOf(item['parameters']), ...listOf(operation['parameters'])]) {
    const parameter = resolver.object(source);
    const name = parameter?.['name'];
    if (!parameter || typeof name !== 'string') continue;
    if (parameter['in'] === 'query' && parameter['required'] === true)
      conversion.dropped(`${place}/parameters`, `the query parameter ${name} is not checked`);
    if (parameter['in'] !== 'header' || parameter['required'] !== true) continue;
    required.push(name);
    // A header is a text, whatever it stands for.
    properties[name] = { type: 'string' };
  }
  return required.length > 0 ? { type: 'object', required, properties } : undefined;
}

function listOf(value: unknown): JsonValue[] {
  return Array.isArray(value) ? (value as JsonValue[]) : [];
}

/** The schema in the words of JSON Schema: `nullable` and exclusive bounds of OpenAPI 3.0 are written as they are there. */
function asJsonSchema(schema: JsonValue): JsonValue {
  if (Array.isArray(schema)) return (schema as JsonValue[]).map(asJsonSchema);
  if (!isJsonObject(schema)) return schema;
  const { nullable, ...rest } = schema as JsonObject;
  const entries = Object.entries(rest).filter(([key]) => !unknown.has(key) && !key.startsWith('x-'));
  const plain = Object.fromEntries(
    entries.map(([key, value]) => [key, membersOf(key, value as JsonValue)]),
  ) as JsonObject;
  const { exclusiveMinimum, exclusiveMaximum, minimum, maximum, ...others } = plain;
  return {
    ...others,
    ...bound('Minimum', exclusiveMinimum, minimum),
    ...bound('Maximum', exclusiveMaximum, maximum),
    ...(nullable === true && typeof others['type'] === 'string' && { type: [others['type'], 'null'] }),
  };
}

/** Names of properties are not words of the schema. */
function membersOf(key: string, value: JsonValue): JsonValue {
  if (['properties', 'patternProperties', '$defs', 'dependentSchemas'].includes(key) && isJsonObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, schema]) => [name, asJsonSchema(schema as JsonValue)]));
  }
  return ['enum', 'const', 'default', 'required', 'pattern'].includes(key) ? value : asJsonSchema(value);
}

/** In OpenAPI 3.0 a bound is exclusive by a word beside it, in JSON Schema by another name. */
function bound(side: 'Minimum' | 'Maximum', exclusive: unknown, value: unknown): JsonObject {
  const name = side.toLowerCase();
  if (exclusive === true && value !== undefined) return { [`exclusive${side}`]: value as JsonValue };
  return {
    ...(value !== undefined && { [name]: value as JsonValue }),
    ...(typeof exclusive === 'number' && { [`exclusive${side}`]: exclusive }),
  };
}
