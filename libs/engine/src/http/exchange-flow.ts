import { type MaybeReply, type Reply, reply } from '@sluice/plugin-kit';
import { consumerChain } from '../pipeline/consumer-chain.ts';
import { boundRoute } from '../pipeline/route-binder.ts';
import { runPhase } from '../pipeline/run-phase.ts';
import { UpstreamCall } from '../upstream/upstream-call.ts';
import type { Exchange } from './exchange.ts';
import { respond } from './respond.ts';

/** One step of a request's way; an answer ends it. */
type Stage = (exchange: Exchange) => MaybeReply;

const notFound = reply(404, { error_msg: '404 Route Not Found' });
const badGateway = reply(502);
const internalError = reply(500);

/** The order is a promise: identity (rewrite) before permission (access), and in each the global rules before the route. */
const stages: readonly Stage[] = [globalRewrite, rewrite, consumerRewrite, globalAccess, access, forward];

/** Finds the route of a request and sends it on its way. */
export function begin(exchange: Exchange): void {
  const { gateway, generation } = exchange;
  const candidate = generation.router.match(exchange);
  if (candidate !== null) {
    const bound = boundRoute(candidate.rule.target, generation, gateway.tools);
    exchange.candidate = candidate;
    exchange.bound = bound;
    exchange.chain = bound.chain.retain();
    exchange.globalChain = generation.globals.chain(bound.parts.yielding).retain();
    if (bound.parts.refusal !== null) return respond(exchange, bound.parts.refusal);
  } else {
    exchange.chain.retain();
    exchange.globalChain = generation.globals.chain(null).retain();
  }
  advance(exchange, 0);
}

/** Goes from stage to stage, without a promise unless a plugin really waits. */
function advance(exchange: Exchange, from: number): void {
  for (let i = from; i < stages.length; i += 1) {
    const answer = (stages[i] as Stage)(exchange);
    if (answer === undefined) continue;
    if (!(answer instanceof Promise)) return respond(exchange, answer);
    void answer.then((settled) => resume(exchange, settled, i + 1)).catch((error: unknown) => fail(exchange, error));
    return;
  }
}

function resume(exchange: Exchange, answer: Reply | undefined, next: number): void {
  if (exchange.isOver) return;
  if (answer === undefined) advance(exchange, next);
  else respond(exchange, answer);
}

/** Something broke that is no plugin's: the request fails, the process goes on. */
export function fail(exchange: Exchange, error: unknown): void {
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  exchange.gateway.log.error('a request failed', { request_id: exchange.id, error: detail });
  if (exchange.isAnswered) exchange.breakOff();
  else respond(exchange, internalError);
}

function globalRewrite(exchange: Exchange): MaybeReply {
  return runPhase(exchange.globalChain.rewrite, exchange);
}

function rewrite(exchange: Exchange): MaybeReply {
  return runPhase(exchange.chain.rewrite, exchange);
}

/** Once the consumer is known, its plugins join; those that the route has too are replaced from here on. */
function consumerRewrite(exchange: Exchange): MaybeReply {
  const { bound, consumer, generation, gateway } = exchange;
  if (consumer === undefined || bound === null) return undefined;
  const resource = generation.get('consumer', consumer.username);
  const chain = resource && consumerChain(bound, resource, generation, gateway.tools);
  if (!chain) return undefined;
  exchange.chain.release();
  exchange.chain = chain.retain();
  return runPhase(chain.rewrite, exchange);
}

function globalAccess(exchange: Exchange): MaybeReply {
  return runPhase(exchange.globalChain.access, exchange);
}

function access(exchange: Exchange): MaybeReply {
  return exchange.bound === null ? notFound : runPhase(exchange.chain.access, exchange);
}

function forward(exchange: Exchange): MaybeReply {
  const { bound } = exchange;
  if (bound === null || bound.upstream === null) return bound?.parts.unreachable ?? badGateway;
  exchange.call = new UpstreamCall(exchange, bound.upstream);
  exchange.call.start();
  return undefined;
}
