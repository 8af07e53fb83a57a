import { check, isJsonObject, JsonError, type JsonObject, type JsonValue } from '@sluice/schema';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { rawBody, readJson } from '../http/json-body.ts';
import { AdminAnswer, badRequest } from './admin-answer.ts';
import { warn } from './unserved-warning.ts';

/** Of a body that is no JSON, this much is shown to the one who sent it. */
const SHOWN_LENGTH_MAX = 32;

const anyObject = Type.Object({});

/** A request with a body, and where its sender is told what was made of it. */
interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/**
 * The body as JSON, undefined where there is none. Clients of this API send objects with a key that is there twice: the last
 * one counts, and they are told. What is stored has each key once, so that nobody after us can read it in another way.
 */
export function adminBody({ request, reply }: Exchange): JsonValue | undefined {
  const body = rawBody(request);
  if (body.length === 0) return undefined;
  const repeated: string[] = [];
  try {
    const value = readJson(body, repeated);
    if (repeated[0] !== undefined) warn(reply, `a key is there twice, at ${repeated[0]}: the last value counts`);
    return value;
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    const shown = body.toString('utf8').slice(0, SHOWN_LENGTH_MAX);
    throw new AdminAnswer(400, { error_msg: `invalid request body: ${error.message}`, req_body: shown });
  }
}

/** The body of a write, which must be an object. */
export function objectBody(exchange: Exchange): JsonObject {
  const body = adminBody(exchange);
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
