import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { checkAll, JsonError, parseJson, type JsonValue, withDefaults } from '@sluice/schema';
import type { FastifyRequest } from 'fastify';
import type { TSchema } from 'typebox';
import { Refusal } from './refusal.ts';

/** The body as it came, whatever content type it claims; empty where there is none. */
export function rawBody(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
}

/** Reads a body strictly (no NUL, valid UTF-8, and no duplicate keys unless `repeated` is there for them). Throws JsonError. */
export function readJson(body: Uint8Array, repeated?: string[]): JsonValue {
  return parseJson(decodeUtf8(body), repeated);
}

/** Reads the body of a request that must have one. By this very function the OpenAPI document knows the parameter. */
export function requiredBody(schema: TSchema | undefined, context: ExecutionContext): unknown {
  const body = rawBody(context.switchToHttp().getRequest<FastifyRequest>());
  if (schema) return checkedJson(schema, body);
  return body.length === 0 ? undefined : readOrRefuse(body);
}

/** Reads the body of a request that may have none. */
export function optionalBody(schema: TSchema, context: ExecutionContext): unknown {
  const body = rawBody(context.switchToHttp().getRequest<FastifyRequest>());
  return body.length === 0 ? undefined : checkedJson(schema, body);
}

/**
 * Parameter decorator: the body as JSON, checked by a schema, defaults filled. Without a schema it is any JSON, or
 * undefined where there is no body.
 */
export const JsonBody = createParamDecorator(requiredBody);

/** Parameter decorator: as `JsonBody`, where a request may also come without a body: then undefined. */
export const OptionalJsonBody = createParamDecorator(optionalBody);

function checkedJson(schema: TSchema, body: Buffer): unknown {
  const value = readOrRefuse(body);
  const issues = checkAll(schema, value);
  const [first] = issues;
  if (!first) return withDefaults(schema, value);
  throw new Refusal('INVALID', first.message, {
    field: first.path,
    issues: issues.map(({ path, reason }) => ({ path, message: reason })),
  });
}

function readOrRefuse(body: Buffer): JsonValue {
  try {
    return readJson(body);
  } catch (error) {
    if (error instanceof JsonError) throw new Refusal('INVALID', `The body is not JSON: ${error.message}`);
    throw error;
  }
}

function decodeUtf8(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    // The platform's own words say less than these.
    throw new JsonError('the text is not valid UTF-8');
  }
}
