import { BatchQueue, type LossReport, onDemand } from '@sluice/plugin-kit';
import type { PluginConfigOf } from '@sluice/schema';
import type { Producer, ProducerOptions, SASLOptions } from '@platformatic/kafka';
import type { kafkaLoggerSchema } from './schema.ts';

/** A message, and how many entries it holds. */
export interface KafkaMessage {
  readonly value: string;
  readonly entries: number;
}

/** What a producer can be told. */
export type KafkaTarget = PluginConfigOf<typeof kafkaLoggerSchema>;

const library = onDemand(() => import('@platformatic/kafka'));

type BufferProducer = Producer<Buffer, Buffer, Buffer, Buffer>;

/** Further tries of an `async` producer, whose messages nobody else keeps. */
const asyncTries = { retries: 3, retryDelayMs: 100 };
const pendingBytesMax = 64 * 1024 * 1024;

/** Sends messages to a topic, over connections of its own. The client library is loaded with the first sink. */
export class KafkaSink {
  readonly #target: KafkaTarget;
  readonly #producer: Promise<BufferProducer>;
  readonly #queue: BatchQueue<KafkaMessage> | null;
  readonly #lost: LossReport;

  constructor(target: KafkaTarget, lost: LossReport) {
    this.#target = target;
    this.#lost = lost;
    this.#producer = opened(target);
    // Told to whoever sends; before, nobody has to hear of it.
    this.#producer.catch(() => undefined);
    this.#queue = target.producer_type === 'async' ? this.#collecting() : null;
  }

  /** Resolves when the message was acknowledged, or with an `async` producer when it waits. */
  async send(message: KafkaMessage): Promise<void> {
    if (this.#queue === null) await this.#produce([message]);
    else this.#queue.push(message, message.value.length);
  }

  async close(): Promise<void> {
    await this.#queue?.close();
    this.#lost.close();
    const producer = await this.#producer.catch(() => null);
    // Where a broker does not answer, there is nothing to wait for.
    await producer?.close(true).catch(() => undefined);
  }

  #collecting(): BatchQueue<KafkaMessage> {
    const target = this.#target;
    const lost = this.#lost;
    return new BatchQueue<KafkaMessage>({
      ...asyncTries,
      sizeMax: target.producer_batch_num,
      bytesMax: target.producer_batch_size,
      idleMs: target.producer_time_linger * 1000,
      ageMs: target.producer_time_linger * 1000,
      pendingMax: target.producer_max_buffering,
      pendingBytesMax,
      deliver: (messages) => this.#produce(messages),
      onLost: (messages, why) =>
        lost.add(
          messages.reduce((sum, { entries }) => sum + entries, 0),
          why,
        ),
    });
  }

  async #produce(messages: readonly KafkaMessage[]): Promise<void> {
    const { kafka_topic: topic, required_acks: acks, key } = this.#target;
    const named = key === undefined ? {} : { key: Buffer.from(key) };
    const producer = await this.#producer;
    try {
      await producer.send({
        acks,
        messages: messages.map(({ value }) => ({ topic, ...named, value: Buffer.from(value) })),
      });
    } catch (error) {
      throw new Error(reasonOf(error), { cause: error });
    }
  }
}

async function opened(target: KafkaTarget): Promise<BufferProducer> {
  const { Producer } = await library();
  const timeoutMs = target.timeout * 1000;
  const options: ProducerOptions<Buffer, Buffer, Buffer, Buffer> = {
    clientId: 'sluice',
    bootstrapBrokers: brokersOf(target),
    timeout: timeoutMs,
    connectTimeout: timeoutMs,
    requestTimeout: timeoutMs,
    retries: 0,
    metadataMaxAge: target.meta_refresh_interval * 1000,
    autocreateTopics: true,
    ...(target.tls && { tls: { rejectUnauthorized: target.tls.verify } }),
    ...signInOf(target),
  };
  return new Producer(options);
}

function brokersOf({ brokers, broker_list: list = {} }: KafkaTarget): { host: string; port: number }[] {
  return (
    brokers?.map(({ host, port }) => ({ host, port })) ?? Object.entries(list).map(([host, port]) => ({ host, port }))
  );
}

function signInOf({ brokers }: KafkaTarget): { sasl?: SASLOptions } {
  const signIn = brokers?.[0]?.sasl_config;
  if (signIn === undefined) return {};
  return { sasl: { mechanism: signIn.mechanism, username: signIn.user, password: signIn.password } };
}

/** Of an error that gathers others, the first of those says more. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const [first] = 'errors' in error && Array.isArray(error.errors) ? (error.errors as unknown[]) : [];
  const cause = first ?? error.cause;
  return cause instanceof Error ? `${error.message} ${reasonOf(cause)}` : error.message;
}
