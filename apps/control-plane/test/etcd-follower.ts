import { type Batch, type ConfigSink, ConfigState, type LinkState, type Verdict } from '@sluice/sync';
import { EtcdClient, etcdSource, KeyLayout } from '@sluice/sync/etcd';

/** A data plane in etcd mode as far as configuration goes: what it holds, and how it came to it. */
export class EtcdFollower implements ConfigSink, AsyncDisposable {
  readonly state = new ConfigState();
  /** The revisions that it was brought to, one after the other. */
  readonly revisions: number[] = [];
  /** What did not continue its state, or did not sum to its digest. */
  readonly complaints: string[] = [];
  link: LinkState | undefined;
  readonly #source;

  constructor(url: string, prefix = '/apisix') {
    this.#source = etcdSource({
      etcd: { endpoints: url.split(',') },
      prefix,
      backoff: { firstMs: 20, largestMs: 200 },
    });
    this.#source.start(this);
  }

  position() {
    return this.revisions.length === 0 ? null : { revision: this.state.revision, digest: this.state.digest };
  }

  async receive(batch: Batch): Promise<Verdict> {
    const refusal = this.state.apply(batch);
    if (refusal) {
      this.complaints.push(`${refusal} at ${batch.type} ${batch.baseRevision}..${batch.revision}`);
      return { type: 'nack', revision: batch.revision, errors: [{ kind: '', id: '', message: refusal }] };
    }
    this.revisions.push(batch.revision);
    return { type: 'ack', revision: batch.revision, digest: batch.digest };
  }

  linkChanged(state: LinkState): void {
    this.link = state;
  }

  /** The same as `headOf` tells of the database. */
  get held(): { revision: number; digest: string } {
    return { revision: this.state.revision, digest: Buffer.from(this.state.digest).toString('hex') };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#source.stop();
  }
}

/** What stands in etcd, key by key, for tests that look or meddle. */
export class EtcdKeys implements Disposable {
  readonly #client: EtcdClient;
  readonly #layout: KeyLayout;

  constructor(url: string, prefix = '/apisix') {
    this.#client = new EtcdClient({ endpoints: [url] });
    this.#layout = new KeyLayout(prefix);
  }

  /** Everything below the prefix as text, or only what begins like `within`. */
  async read(within = ''): Promise<Record<string, string>> {
    const { values } = await this.#client.range(this.#layout.range);
    const pairs = values.map(({ key, value }) => [key, Buffer.from(value).toString()] as const);
    return Object.fromEntries(pairs.filter(([key]) => key.startsWith(`${this.#layout.prefix}${within}`)));
  }

  async head(): Promise<{ revision: number; digest: string; count: number; epoch: number }> {
    const text = (await this.read())[this.#layout.headKey];
    return JSON.parse(text ?? '{}') as Awaited<ReturnType<EtcdKeys['head']>>;
  }

  async put(key: string, value: string): Promise<void> {
    await this.#client.write([], [{ request_put: { key: Buffer.from(key), value: Buffer.from(value) } }]);
  }

  /** Deletes a key, or (ending in a slash) all that begin with it. */
  async remove(key: string): Promise<void> {
    const range = key.endsWith('/') ? { range_end: Buffer.from(`${key.slice(0, -1)}0`) } : {};
    await this.#client.write([], [{ request_delete_range: { key: Buffer.from(key), ...range } }]);
  }

  [Symbol.dispose](): void {
    this.#client.close();
  }
}
