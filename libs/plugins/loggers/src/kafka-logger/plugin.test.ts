import { startGateway, startRawServer, startUpstream } from '@sluice/testing';
import { eventually } from '@sluice/testing/eventually';
import { check } from '@sluice/schema';
import { describe, expect, test } from 'vitest';
import { kafkaLogger } from './plugin.ts';

const broker = { host: '127.0.0.1', port: 9092 };
const target = { brokers: [broker], kafka_topic: 't' };

describe('a configuration is refused', () => {
  test.each([
    [{ kafka_topic: 't' }, 'value should match only one schema, but matches none'],
    [{ ...target, required_acks: 0 }, 'property "required_acks" validation failed: matches none of the enum values'],
    [{ ...target, api_version: 3 }, 'property "api_version" validation failed: matches none of the enum values'],
    [
      { ...target, tls: { verify: 'x' } },
      'property "tls" validation failed: property "verify" validation failed: wrong type: expected boolean, got string',
    ],
    [{ broker_list: { a: 0 }, kafka_topic: 't' }, 'property "broker_list" validation failed'],
  ])('%j', (config, message) => {
    expect(check(kafkaLogger.schema.config, config)?.message).toContain(message);
  });

  test('whose brokers want different users', () => {
    const brokers = [broker, { ...broker, sasl_config: { mechanism: 'PLAIN', user: 'u', password: 'p' } }];
    const problem = kafkaLogger.schema.extraChecks?.({ ...target, brokers } as never);
    expect(problem).toMatch(/^property "brokers" validation failed: the sasl_config of all brokers/);
    expect(kafkaLogger.schema.extraChecks?.(target as never)).toBeUndefined();
  });
});

test.each(['sync', 'async'])('no request waits for a broker that never answers, with a %s producer', async (type) => {
  await using upstream = await startUpstream();
  await using silent = await startRawServer(() => undefined);
  const config = { ...target, brokers: [{ host: '127.0.0.1', port: silent.port }], batch_max_size: 1, timeout: 1 };
  const logger = { ...config, producer_type: type, producer_max_buffering: 1 };
  const route = { uri: '/*', upstream: upstream.url, plugins: { 'kafka-logger': logger } };
  await using gateway = await startGateway([kafkaLogger], route);
  for (const path of ['/a', '/b']) expect((await gateway.get(path)).statusCode).toBe(200);
  // One by one, the first is given its time; collected, there is room for one only.
  const lost = () => gateway.engine.metrics.render();
  await eventually(() => expect(lost()).toMatch(/^logger_entries_dropped_total\{plugin="kafka-logger"\} [12]$/m));
  // Whoever ends now need not wait for the time of the broker.
  for (const socket of silent.sockets) socket.destroy();
});
