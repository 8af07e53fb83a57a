import { type MaybeReply, Refusal, type Reply, reply } from '@sluice/plugin-kit';
import { Chain } from '../pipeline/chain.ts';
import { consumerChain } from '../pipeline/consumer-chain.ts';
import { boundRoute } from '../pipeline/route-binder.ts';
import { runPhase } from '../pipeline/run-phase.ts';
import { AnswerRelay } from '../upstream/answer-relay.ts';
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

/** A search waits for the body once, and once for each function that nobody has asked before; this ends one that never would. */
const waitsMax = 1_000;

/** Finds the route of a request and sends it on its way. */
export function begin(exchange: Exchange): void {
  const { gateway } = exchange;
  if (gateway.explainHeader !== null && gateway.explainHeader.claims(exchange)) return explainInstead(exchange);
  exchange.waitsLeft = waitsMax;
  findRoute(exchange);
}

/** A sub-request that is watched takes the place of the request. */
function explainInstead(exchange: Exchange): void {
  const { gateway } = exchange;
  exchange.chain.retain();
  exchange.globalChain.retain();
  const answer = gateway.explainHeader?.answer(exchange, (request) => gateway.explain(request));
  answer?.then((explanation) => respond(exchange, explanation)).catch((error: unknown) => fail(exchange, error));
}

/** Nearly always at once; where a route asks for what is not there yet, again when it is. */
function findRoute(exchange: Exchange): void {
  const candidate = exchange.generation.router.match(exchange);
  const { awaited } = exchange;
  if (awaited === null) return follow(exchange, candidate);
  exchange.awaited = null;
  exchange.waitsLeft -= 1;
  const again = (): void => {
    if (exchange.isOver) return;
    // What was configured meanwhile holds for this request, too: nothing of the old has been used yet.
    exchange.generation = exchange.gateway.generation;
    findRoute(exchange);
  };
  awaited.then(again).catch((error: unknown) => fail(exchange, error));
}

function follow(exchange: Exchange, candidate: Exchange['candidate']): void {
  const { gateway, generation } = exchange;
  exchange.waitsLeft = 0;
  if (candidate !== null) {
    const bound = boundRoute(candidate.rule.target, generation, gateway.tools);
    exchange.candidate = candidate;
    exchange.bound = bound;
    exchange.chain = bound.chain.retain();
    exchange.globalChain = generation.globals.chain(bound.parts.yielding).retain();
  } else {
    exchange.chain.retain();
    exchange.globalChain = generation.globals.chain(null).retain();
  }
  if (exchange.trace !== null) exchange.trace.follow(exchange);
  const refusal = exchange.bound === null ? null : exchange.bound.parts.refusal;
  if (refusal !== null) return respond(exchange, refusal);
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

/** Something broke that is no plugin's: the request fails, the process goes on. A refusal brings its answer along. */
export function fail(exchange: Exchange, error: unknown): void {
  if (error instanceof Refusal && !exchange.isAnswered) return respond(exchange, error.reply);
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
  if (!(chain instanceof Chain)) return chain;
  exchange.chain.release();
  exchange.chain = chain.retain();
  if (exchange.trace !== null) exchange.trace.followConsumer(exchange);
  return runPhase(exchange.chain.rewrite, exchange);
}

function globalAccess(exchange: Exchange): MaybeReply {
  return runPhase(exchange.globalChain.access, exchange);
}

function access(exchange: Exchange): MaybeReply {
  return exchange.bound === null ? notFound : runPhase(exchange.chain.access, exchange);
}

function forward(exchange: Exchange): MaybeReply {
  const { bound, target } = exchange;
  if (target === null) return bound?.parts.unreachable ?? badGateway;
  if (exchange.trace !== null && exchange.trace.isRehearsal) return exchange.trace.rehearse(target, exchange);
  exchange.call = new UpstreamCall(exchange, target, new AnswerRelay(exchange));
  exchange.call.start();
  return undefined;
}
