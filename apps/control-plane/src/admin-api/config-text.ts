import { isJsonObject, JsonError, type JsonObject } from '@sluice/schema';
import type { FastifyRequest } from 'fastify';
import { parse, YAMLError } from 'yaml';
import { rawBody, readJson } from '../http/json-body.ts';
import { badRequest } from './admin-answer.ts';

/** References inside YAML multiply: more than people write by hand is an attack or a mistake. */
const aliasesMax = 1000;

/** A whole configuration that was sent, as JSON or as YAML. */
export function readConfig(request: FastifyRequest): JsonObject {
  const body = rawBody(request);
  if (body.length === 0) throw badRequest('invalid request body: empty request body');
  const isYaml = /\byaml\b/i.test(request.headers['content-type'] ?? '');
  const config = isYaml ? readYaml(body.toString('utf8')) : readStrictJson(body);
  if (isJsonObject(config)) return config as JsonObject;
  throw badRequest(`invalid request body: invalid ${isYaml ? 'yaml' : 'json'} request body`);
}

function readStrictJson(body: Buffer): unknown {
  try {
    return readJson(body);
  } catch (error) {
    if (error instanceof JsonError) throw badRequest(`invalid request body: ${error.message}`);
    throw error;
  }
}

function readYaml(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: aliasesMax, uniqueKeys: true, stringKeys: true });
  } catch (error) {
    // Too many references is an error of JavaScript; both are the sender's.
    if (error instanceof YAMLError || error instanceof ReferenceError) {
      throw badRequest(`invalid request body: ${error.message.split('\n')[0] ?? ''}`);
    }
    throw error;
  }
}
