import { GatewayError } from '@sluice/errors';
import type { FastifyRequest } from 'fastify';
import { AdminKeyRefusal } from '../access/access.errors.ts';
import type { Answerable } from '../http/api-error.ts';
import { bodyBytesMax } from '../http/body-limits.ts';
import { MissingResource } from '../resources/missing-resource.ts';

const adminPath = /^(?:\/groups\/[^/?]+)?\/apisix\/admin(?:[/?]|$)/;

/** Whether a URL belongs to the compatible Admin API, of the default group or of a named one. */
export function isAdminApiPath(url: string): boolean {
  return adminPath.test(url);
}

/** An error in the words of the Admin API. A body over the limit is a bad request there. */
export function adminError(error: Answerable, request: FastifyRequest): { status: number; body: object } {
  if (error instanceof MissingResource) return { status: 404, body: { message: 'Key not found' } };
  if (error instanceof AdminKeyRefusal) {
    return { status: error.status, body: { error_msg: error.message, description: error.description } };
  }
  if (error instanceof GatewayError && error.code === 'TOO_LARGE') {
    const size = request.headers['content-length'] ?? 'unknown';
    const reason = `request size ${size} is greater than the maximum size ${bodyBytesMax} allowed`;
    return { status: 400, body: { error_msg: `invalid request body: ${reason}` } };
  }
  return { status: error.status, body: { error_msg: error.message } };
}
