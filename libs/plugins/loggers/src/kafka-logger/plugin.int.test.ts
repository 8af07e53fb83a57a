import { ending, startGateway, startUpstream, testAuthority } from '@sluice/testing';
import { eventually } from '@sluice/testing/eventually';
import { describe, expect, test } from 'vitest';
import { startSignInFront, startTlsFront } from './fixtures/broker-front.ts';
import { startKafka } from './fixtures/kafka-cluster.ts';
import { kafkaLogger } from './plugin.ts';

/** A gateway whose requests are logged to a topic. */
async function startLogged(port: number, config: object = {}) {
  const upstream = await startUpstream((_req, res) => res.end('answer'));
  const target = { brokers: [{ host: '127.0.0.1', port }], kafka_topic: 'requests', batch_max_size: 1, timeout: 2 };
  const logger = { ...target, producer_type: 'sync', log_format: { uri: '$uri' }, ...config };
  const route = { uri: '/*', upstream: upstream.url, plugins: { 'kafka-logger': logger } };
  const gateway = await startGateway([kafkaLogger], route);
  const losses = () => gateway.log.lines.filter(({ message }) => message === 'entries of a logger are lost');
  return ending({ gateway, losses }, gateway, upstream);
}

const signIn = { mechanism: 'PLAIN', user: 'gateway', password: 'sesame-17' };

describe('a broker', () => {
  test('that wants another password gets nothing, and the log tells without it', async () => {
    await using cluster = await startKafka('requests');
    await using front = await startSignInFront(cluster.port, 'sesame-18');
    const brokers = [{ host: '127.0.0.1', port: front.port, sasl_config: signIn }];
    await using peers = await startLogged(front.port, { brokers });
    expect((await peers.gateway.get('/')).statusCode).toBe(200);
    await eventually(() => expect(peers.losses()).toHaveLength(1));
    expect(front.seen).toEqual(['PLAIN', 'refused']);
    expect(JSON.stringify(peers.gateway.log.lines)).not.toContain('sesame');
  });

  test('that wants a password gets it, and the message', async () => {
    await using cluster = await startKafka('requests');
    await using front = await startSignInFront(cluster.port, signIn.password);
    const brokers = [{ host: '127.0.0.1', port: front.port, sasl_config: signIn }];
    await using peers = await startLogged(front.port, { brokers });
    await peers.gateway.get('/a');
    await eventually(() => expect(cluster.messages).toHaveLength(1));
    expect(front.seen.slice(0, 2)).toEqual(['PLAIN', 'let in']);
  });

  test.each(['SCRAM-SHA-256', 'SCRAM-SHA-512'])('is asked for %s where that is configured', async (mechanism) => {
    await using front = await startSignInFront(1, 'none');
    const brokers = [{ host: '127.0.0.1', port: front.port, sasl_config: { ...signIn, mechanism } }];
    await using peers = await startLogged(front.port, { brokers });
    await peers.gateway.get('/');
    await eventually(() => expect(front.seen[0]).toBe(mechanism));
  });

  test.each([
    [true, 0],
    [false, 1],
  ])('whose certificate is of nobody known, with verification %s, gets %i messages', async (verify, count) => {
    await using cluster = await startKafka('requests');
    await using front = await startTlsFront(cluster.port, testAuthority().issue({ names: ['127.0.0.1'] }));
    await using peers = await startLogged(front.port, { tls: { verify } });
    await peers.gateway.get('/');
    await eventually(() => expect(cluster.messages.length + peers.losses().length).toBe(1));
    expect(cluster.messages).toHaveLength(count);
    if (verify) expect(JSON.stringify(peers.losses())).toContain('certificate');
  });
});

test('an entry is a message, with its key', async () => {
  await using cluster = await startKafka('requests');
  await using peers = await startLogged(cluster.port, { key: 'gw-1' });
  await peers.gateway.get('/a');
  await eventually(() => expect(cluster.messages).toHaveLength(1));
  expect(cluster.messages).toEqual([{ key: 'gw-1', value: '{"uri":"/a","route_id":"1"}' }]);
});

test('a batch is a list in one message, also for brokers that are written in the old way', async () => {
  await using cluster = await startKafka('requests');
  const config = { brokers: undefined, broker_list: { '127.0.0.1': cluster.port }, batch_max_size: 2 };
  await using peers = await startLogged(cluster.port, config);
  await peers.gateway.get('/a');
  await peers.gateway.get('/b');
  await eventually(() => expect(cluster.messages).toHaveLength(1));
  expect(JSON.parse(cluster.messages[0]?.value ?? '')).toMatchObject([{ uri: '/a' }, { uri: '/b' }]);
});

test('a request may be sent as its text', async () => {
  await using cluster = await startKafka('requests');
  const config = { meta_format: 'origin', include_req_body: true, max_req_body_bytes: 3 };
  await using peers = await startLogged(cluster.port, config);
  const headers = { Host: 'example.com', 'X-A': '1' };
  await peers.gateway.request({ method: 'POST', path: '/p?a=1', headers, body: 'abcdef' });
  await eventually(() => expect(cluster.messages).toHaveLength(1));
  expect(cluster.messages[0]?.value).toMatch(
    /^POST \/p\?a=1 HTTP\/1\.1\r\n(?:[a-z-]+: [^\r]+\r\n)*x-a: 1\r\n(?:[a-z-]+: [^\r]+\r\n)*\r\nabc$/,
  );
});

test('an `async` producer collects messages, and sends what it has when the configuration goes', async () => {
  await using cluster = await startKafka('requests');
  const config = { producer_type: 'async', producer_time_linger: 60, required_acks: -1 };
  await using peers = await startLogged(cluster.port, config);
  for (const path of ['/a', '/b', '/c']) await peers.gateway.get(path);
  peers.gateway.apply({ kind: 'route', id: '1', value: null });
  await eventually(() => expect(cluster.messages).toHaveLength(3));
  expect(peers.losses()).toEqual([]);
});
