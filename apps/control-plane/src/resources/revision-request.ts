import type { FastifyRequest } from 'fastify';
import type { Author } from '../access/author.ts';
import { Refusal } from '../http/refusal.ts';
import { queryChoice, queryFlag, queryText, type RequestQuery } from '../http/request-query.ts';
import type { WriteOptions } from './change-set-writer.ts';
import { CONFIRM_MISSING_PLUGINS } from './fleet-confirmation.ts';

const MESSAGE_LENGTH_MAX = 1024;

/** What the revision of a request says about itself: who asked, from where, and why. */
export function revisionRequest(author: Author, request: FastifyRequest): WriteOptions {
  const query = request.query as RequestQuery;
  return {
    author: { name: author.name, type: author.type, sourceIp: author.sourceIp },
    source: author.type === 'user' ? 'dashboard' : 'api',
    message: boundedMessage(queryText(query, 'message')),
    requestId: request.id,
    dryRun: queryFlag(query, 'dry_run'),
    force: queryFlag(query, 'force'),
    confirmsMissingPlugins: queryChoice(query, 'confirm', [CONFIRM_MISSING_PLUGINS]) !== undefined,
  };
}

/** A message that fits into history. */
export function boundedMessage(message: string | undefined): string {
  if (message !== undefined && message.length > MESSAGE_LENGTH_MAX) {
    throw new Refusal('INVALID', `A message has at most ${MESSAGE_LENGTH_MAX} characters.`, { field: '/message' });
  }
  return message ?? '';
}
