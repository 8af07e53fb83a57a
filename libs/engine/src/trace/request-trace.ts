import type { GatewayError } from '@sluice/errors';
import { type Reply, reply } from '@sluice/plugin-kit';
import type { PluginStep, UpstreamTry } from '@sluice/schema';
import type { Exchange } from '../http/exchange.ts';
import type { Chain } from '../pipeline/chain.ts';
import type { UpstreamNode } from '../upstream/upstream-node.ts';
import type { UpstreamTarget } from '../upstream/upstream-target.ts';
import { tracedChain } from './traced-chain.ts';

const rehearsed = reply(200, '');

/** Writes down what becomes of one request. */
export class RequestTrace {
  /** The request is only described: it ends where it would be sent, and leaves no marks. */
  readonly isRehearsal: boolean;
  readonly steps: PluginStep[] = [];
  readonly tries: UpstreamTry[] = [];
  exchange: Exchange | null = null;
  /** Where the request went, or would have gone. */
  target: UpstreamTarget | null = null;
  /** Where a described request would have gone. */
  wouldAsk: UpstreamNode | null = null;
  /** The chains that stand behind the watched ones; the request holds them until it is over. */
  readonly #held: Chain[] = [];
  readonly #over = Promise.withResolvers<void>();

  constructor(isRehearsal: boolean) {
    this.isRehearsal = isRehearsal;
  }

  /** Resolves when the exchange is over. */
  get over(): Promise<void> {
    return this.#over.promise;
  }

  /** The chains are known: from here on they are watched. */
  follow(exchange: Exchange): void {
    this.exchange = exchange;
    this.#held.push(exchange.chain, exchange.globalChain);
    exchange.chain = this.#watched(exchange.chain, 'route');
    exchange.globalChain = this.#watched(exchange.globalChain, 'global');
  }

  /** The consumer has brought plugins along. */
  followConsumer(exchange: Exchange): void {
    this.#held.push(exchange.chain);
    exchange.chain = this.#watched(exchange.chain, 'consumer');
  }

  /** A try has ended. */
  tried(node: UpstreamNode | null, status: number, error: GatewayError | null, ms: number): void {
    const cause = error && (error.detail ? `${error.code}: ${error.detail}` : error.code);
    this.tries.push({ node: node?.name ?? null, status, error: cause, ms });
  }

  /** Where a described request ends. */
  rehearse(target: UpstreamTarget, exchange: Exchange): Reply {
    this.target = target;
    this.wouldAsk = target.runtime.balancer.pick(null, exchange);
    return rehearsed;
  }

  finish(exchange: Exchange): void {
    this.exchange = exchange;
    this.target ??= exchange.call?.target ?? null;
    for (const chain of this.#held) chain.release();
    this.#over.resolve();
  }

  #watched(chain: Chain, scope: PluginStep['scope']): Chain {
    return tracedChain(chain, scope, (step) => this.steps.push(step));
  }
}
