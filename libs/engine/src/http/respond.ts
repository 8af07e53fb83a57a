import { Readable } from 'node:stream';
import type { Reply } from '@sluice/plugin-kit';
import { runObservers } from '../pipeline/run-phase.ts';
import { errorPage } from './error-page.ts';
import type { Exchange } from './exchange.ts';
import { ResponseMessage } from './response-message.ts';
import { closeBody, openBody, sendWhole, writeBody } from './client-body.ts';

const plainText = 'text/plain; charset=utf-8';

/** Sends an answer that the gateway gives itself; the answer passes the plugins' response phases like any other. */
export function respond(exchange: Exchange, answer: Reply, origin: 'gateway' | 'proxy-error' = 'gateway'): void {
  if (exchange.isAnswered) return;
  const { content, type } = contentOf(answer, exchange.gateway.serverName);
  exchange.response = new ResponseMessage(answer.status, '', flatFields(answer, type), origin);
  exchange.isAnswered = true;
  const isSound = runResponseHeader(exchange);
  if (isSound === true) send(exchange, content);
  else if (isSound === false) sendBroken(exchange);
  else void isSound.then((sound) => (sound ? send(exchange, content) : sendBroken(exchange)));
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
    hasType ||= name.toLowerCase() === 'content-type';
    for (const line of typeof value === 'string' ? [value] : value) fields.push(name, line);
  }
  if (!hasType && answer.status !== 204 && answer.status !== 304) fields.unshift('Content-Type', type);
  return fields;
}

function send(exchange: Exchange, content: Reply['body']): void {
  if (!(content instanceof Readable)) return sendWhole(exchange, content ?? '');
  openBody(exchange, -1);
  void stream(exchange, content);
}

/** A stream under the client's backpressure; one that fails breaks the answer off, so that it cannot look complete. */
async function stream(exchange: Exchange, content: Readable): Promise<void> {
  try {
    for await (const chunk of content) {
      if (exchange.isOver) return;
      if (!writeBody(exchange, Buffer.from(chunk as Uint8Array | string))) await exchange.room();
    }
    closeBody(exchange, []);
  } catch (error) {
    exchange.gateway.log.error('the body of an answer failed', { request_id: exchange.id, error: String(error) });
    exchange.breakOff();
  } finally {
    content.destroy();
  }
}
