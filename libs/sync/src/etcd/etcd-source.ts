import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { ConfigSink, ConfigSource } from '../source.ts';
import type { ValueDecoder } from './apisix-encryption.ts';
import { EtcdClient } from './etcd-client.ts';
import type { EtcdOptions } from './etcd-options.ts';
import { Follower } from './follower.ts';
import { isCompacted } from './foreign-edits.ts';
import { KeyLayout } from './layout.ts';
import { watchFrom } from './watch.ts';

export interface EtcdSourceOptions {
  readonly etcd: EtcdOptions;
  /** Of the gateway group, as in `/apisix`. */
  readonly prefix: string;
  /** Reads values that were published in another form than their canonical bytes. */
  readonly decode?: ValueDecoder;
  /** Waits between attempts to connect: first and largest, in milliseconds; each with jitter. */
  readonly backoff?: { readonly firstMs: number; readonly largestMs: number };
}

/**
 * Follows configuration in etcd: what a Sluice control plane publishes, revision by revision, or what a plain APISIX has
 * there, key by key. Reconnects by itself and goes on where it was; reads everything again where that is not possible.
 */
export function etcdSource(options: EtcdSourceOptions): ConfigSource {
  return new EtcdSource(options);
}

class EtcdSource implements ConfigSource {
  readonly #client: EtcdClient;
  readonly #layout: KeyLayout;
  readonly #decode: ValueDecoder;
  readonly #backoff: { readonly firstMs: number; readonly largestMs: number };
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #link: string | undefined;
  #attempts = 0;

  constructor({ etcd, prefix, decode, backoff }: EtcdSourceOptions) {
    this.#client = new EtcdClient(etcd);
    this.#layout = new KeyLayout(prefix);
    this.#decode = decode ?? ((_kind, _id, value) => value);
    this.#backoff = backoff ?? { firstMs: 100, largestMs: 5_000 };
  }

  start(sink: ConfigSink): void {
    this.#report(sink, false, 'connecting');
    this.#running = this.#run(sink);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#client.close();
    await this.#running;
  }

  async #run(sink: ConfigSink): Promise<void> {
    const follower = new Follower({ client: this.#client, layout: this.#layout, decode: this.#decode }, sink);
    while (!this.#stopping.signal.aborted) {
      try {
        await this.#follow(follower, sink);
      } catch (error) {
        if (isCompacted(error)) follower.forgetPlace();
        else this.#report(sink, false, reasonOf(error));
        await this.#pause();
      }
    }
  }

  /** Returns when everything has to be read again. */
  async #follow(follower: Follower, sink: ConfigSink): Promise<void> {
    if (follower.next === undefined) await follower.resync();
    if (follower.next === undefined) return;
    for await (const events of watchFrom(this.#client, this.#layout.range, follower.next, this.#stopping.signal)) {
      this.#attempts = 0;
      await follower.take(events);
      this.#report(sink, true, follower.note);
      if (follower.next === undefined) return;
    }
  }

  #report(sink: ConfigSink, connected: boolean, reason: string | undefined): void {
    const link = `${connected} ${reason}`;
    if (link === this.#link || this.#stopping.signal.aborted) return;
    this.#link = link;
    sink.linkChanged({ connected, since: Date.now(), ...(reason !== undefined && { reason }) });
  }

  async #pause(): Promise<void> {
    const { firstMs, largestMs } = this.#backoff;
    const ceiling = Math.min(largestMs, firstMs * 2 ** this.#attempts);
    this.#attempts += 1;
    const { signal } = this.#stopping;
    // Data planes that lost the same etcd do not come back all in the same moment.
    await delay(randomInt(Math.max(1, ceiling)), undefined, { signal }).catch(() => undefined);
  }
}

/** For operators: what etcd or the network said. It names endpoints, never credentials. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'detail' in error && typeof error.detail === 'string' ? `${error.message} ${error.detail}` : error.message;
}
