import { check, isJsonObject, JsonError, type JsonObject, type JsonValue } from '@sluice/schema';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { rawBody, readJson } from '../http/json-body.ts';
import { AdminAnswer, badRequest } from './admin-answer.ts';

/** Of a body that is no JSON, this much is shown to the one who sent it. */
const SHOWN_LENGTH_MAX = 32;

const anyObject = Type.Object({});

/** The body as JSON, undefined where there is none. */
export function adminBody(request: FastifyRequest): JsonValue | undefined {
  const body = rawBody(request);
  if (body.length === 0) return undefined;
  try {
    return readJson(body);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    const shown = body.toString('utf8').slice(0, SHOWN_LENGTH_MAX);
    throw new AdminAnswer(400, { error_msg: `invalid request body: ${error.message}`, req_body: shown });
  }
}

/** The body of a write, which must be an object. */
export function objectBody(request: FastifyRequest): JsonObject {
  const body = adminBody(request);
  if (body === undefined) throw badRequest('missing configurations');
  const issue = check(anyObject, body);
  if (issue) throw badRequest(`invalid configuration: ${issue.message}`);
  return body as JsonObject;
}

/** Refuses the two times, which the server alone sets, at the places where clients have tried to set them. */
export function refuseTimes(body: JsonObject): void {
  const holders = { '': body, 'upstream.': body['upstream'], 'plugins.': body['plugins'] };
  const found = Object.entries(holders).flatMap(([place, holder]) =>
    ['create_time', 'update_time']
      .filter((time) => isJsonObject(holder) && Object.hasOwn(holder, time))
      .map((time) => ` ${place}${time}`),
  );
  if (found.length > 0) throw badRequest(`the property is forbidden: ${found.join('')}`);
}
