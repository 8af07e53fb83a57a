import { type Reply, reply } from '@sluice/plugin-kit';
import { runObservers } from '../pipeline/run-phase.ts';
import { isOfConnection } from './connection-field.ts';
import { errorPage } from './error-page.ts';
import type { Exchange } from './exchange.ts';
import { isFieldName, isFieldValue } from './field-name.ts';
import { ResponseMessage } from './response-message.ts';
import { sendWhole } from './client-body.ts';
import { streamReply } from './stream-reply.ts';

const plainText = 'text/plain; charset=utf-8';
const internalError = reply(500);

/** Sends an answer that the gateway gives itself; the answer passes the plugins' response phases like any other. */
export function respond(exchange: Exchange, answer: Reply, origin: 'gateway' | 'proxy-error' = 'gateway'): void {
  if (exchange.isAnswered) return;
  const { content, type } = contentOf(answer, exchange.gateway.serverName);
  const fields = flatFields(answer, type);
  const malformed = malformedField(fields);
  if (malformed !== undefined) {
    exchange.gateway.log.error('an answer has a malformed header', { request_id: exchange.id, header: malformed });
    return respond(exchange, internalError, origin);
  }
  exchange.response = new ResponseMessage(answer.status, '', fields, answer.origin ?? origin);
  exchange.isAnswered = true;
  const isSound = runResponseHeader(exchange);
  if (isSound === true) send(exchange, answer, content);
  else if (isSound === false) sendBroken(exchange);
  else void isSound.then((sound) => (sound ? send(exchange, answer, content) : sendBroken(exchange)));
}

/** Runs `responseHeader` of both chains, the global one first. False where a plugin failed: then nothing may pass as it is. */
export function runResponseHeader(exchange: Exchange): boolean | Promise<boolean> {
  const first = runObservers(exchange.globalChain.responseHeader, exchange);
  if (first === true) return runObservers(exchange.chain.responseHeader, exchange);
  if (first === false) return false;
  return first.then((sound) => sound && runObservers(exchange.chain.responseHeader, exchange));
}

/** An answer in place of one that a plugin failed to treat. No plugin sees it: the same one would fail again. */
export function sendBroken(exchange: Exchange): void {
  const page = errorPage(500, exchange.gateway.serverName);
  exchange.response = new ResponseMessage(500, '', ['Content-Type', 'text/html'], 'gateway');
  exchange.transforms = null;
  sendWhole(exchange, page);
}

function contentOf(answer: Reply, serverName: string): { content: Reply['body']; type: string } {
  if (answer.body === null && answer.status >= 300)
    return { content: errorPage(answer.status, serverName), type: 'text/html; charset=utf-8' };
  return { content: answer.body, type: plainText };
}

function flatFields(answer: Reply, type: string): string[] {
  const fields: string[] = [];
  let hasType = false;
  for (const [name, value] of Object.entries(answer.headers)) {
    if (isOfConnection(name)) continue;
    hasType ||= name.toLowerCase() === 'content-type';
    for (const line of typeof value === 'string' ? [value] : value) fields.push(name, line);
  }
  const isOwn = answer.origin !== 'upstream' && answer.status !== 204 && answer.status !== 304;
  if (!hasType && isOwn) fields.unshift('Content-Type', type);
  return fields;
}

/** The name of a field that would end its line early, and with it split the answer. */
function malformedField(fields: readonly string[]): string | undefined {
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] as string;
    if (!isFieldName(name) || !isFieldValue(fields[i + 1] as string)) return JSON.stringify(name);
  }
  return undefined;
}

function send(exchange: Exchange, answer: Reply, content: Reply['body']): void {
  if (content === null || typeof content === 'string' || content instanceof Uint8Array)
    return sendWhole(exchange, content ?? '');
  void streamReply(exchange, content, answer.trailers);
}
