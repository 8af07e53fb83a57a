import { freePort, startRedis, testAuthority } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { impatient, onPort, opened } from './fixtures/opened.ts';
import { redisScript } from './redis-script.ts';

/** A busy machine takes its time. */
const patience = { timeout: 20_000 };

describe('where Redis cannot be asked', () => {
  test('a server that is not there is named, and not waited for', async () => {
    const port = await freePort();
    using client = opened(onPort(port));
    await expect(client.get('a')).rejects.toThrow(`Redis at 127.0.0.1:${port} cannot be reached (ECONNREFUSED).`);
    expect(client.log.lines.map(({ message }) => message)).toEqual(['Redis is away']);
  });

  test.each([{ password: 'wrong-secret' }, { username: 'nobody', password: 'wrong-secret' }, {}])(
    'a sign-in that Redis does not accept is refused, and no secret is said: %j',
    async (access) => {
      await using server = await startRedis({ password: 'right-secret' });
      using client = opened(onPort(server.port, access));
      const error = await client.get('a').catch(String);
      expect(error).toMatch(/answers with (WRONGPASS|NOAUTH)\./);
      expect(JSON.stringify([error, client.log.lines])).not.toContain('secret');
    },
  );

  test('a password for a server that has none is refused, and not said', async () => {
    await using server = await startRedis({ settings: { 'rename-command': 'GET OTHER' } });
    using client = opened(onPort(server.port));
    await expect(client.get('a-secret')).rejects.toThrow(/answers with ERR\.$/);
  });

  test('a certificate that nobody vouches for is refused where it is verified', async () => {
    await using server = await startRedis({ tls: testAuthority().issue({ names: ['127.0.0.1'] }) });
    using client = opened(onPort(server.port, { tls: { verifies: true } }));
    await expect(client.get('a')).rejects.toThrow(/cannot be reached \([A-Z_]+\)\.$/);
  });

  test('a replica takes no writes: that is said once, and it is not asked over and over', async () => {
    await using master = await startRedis();
    await using server = await startRedis({ settings: { replicaof: `${master.host} ${master.port}` } });
    using client = opened(onPort(server.port));
    await expect
      .poll(() => client.set('a', '1').catch((error: Error) => error.message), patience)
      .toContain('READONLY');
    const before = Number(/total_connections_received:(\d+)/.exec(await server.say('INFO', 'stats'))?.[1]);
    for (let i = 0; i < 500; i += 1) await client.set('a', '1').catch(() => undefined);
    const after = Number(/total_connections_received:(\d+)/.exec(await server.say('INFO', 'stats'))?.[1]);
    expect(after - before).toBeLessThan(20);
    expect(client.log.lines.map(({ message }) => message)).toEqual(['Redis is away']);
    await server.say('REPLICAOF', 'NO', 'ONE');
    await expect.poll(() => client.set('a', '1').catch(() => 'away'), patience).toBe('OK');
  });

  test('a user who may not run a command is told, and the log as well, once', async () => {
    await using server = await startRedis();
    await server.say('ACL', 'SETUSER', 'ann', 'on', '>secret', '~*', '+get');
    using client = opened(onPort(server.port, { username: 'ann', password: 'secret' }));
    expect(await client.get('a')).toBe(null);
    for (let i = 0; i < 3; i += 1) await expect(client.set('a', 'secret')).rejects.toThrow('NOPERM');
    expect(client.log.lines).toEqual([
      {
        level: 'error',
        message: 'Redis refuses a command',
        fields: { redis: `127.0.0.1:${server.port}`, code: 'NOPERM' },
      },
    ]);
  });

  test('what is closed says so', async () => {
    await using server = await startRedis();
    const client = opened(onPort(server.port));
    await client.set('a', '1');
    client.redis.close();
    await expect(client.get('a')).rejects.toThrow('The connection to Redis is closed.');
    await expect.poll(() => server.say('CLIENT', 'LIST'), patience).not.toMatch(/\n.*\n/);
  });
});

describe('when Redis goes away', () => {
  test('whoever waits and whoever comes is told at once, and it is found again by itself', async () => {
    await using server = await startRedis();
    using client = opened(onPort(server.port));
    await client.set('a', '1');
    await server.kill();
    await expect.poll(() => client.get('a').catch((error: Error) => error.name), patience).toBe('RedisError');
    await server.restart();
    await expect.poll(() => client.get('a').catch(() => 'away'), patience).toBe(null);
    expect(client.log.lines.map(({ message }) => message)).toEqual(['Redis is away', 'Redis is back']);
  });

  test('silence is noticed after the time to answer; from then on nobody waits for it', async () => {
    await using server = await startRedis();
    using client = opened(onPort(server.port, impatient));
    await client.set('a', '1');
    await server.pause();
    await expect(Promise.all([client.get('a'), client.get('b')])).rejects.toThrow('does not answer in time.');
    // Were each of them to wait, they would wait for a minute.
    for (let i = 0; i < 200; i += 1) await expect(client.get('a')).rejects.toThrow('does not answer');
    await server.resume();
    await expect.poll(() => client.get('a').catch(() => 'away'), patience).toBe('1');
  });

  test.each([
    [{}, 'cannot be reached (no answer)'],
    [{ database: 1 }, 'cannot be reached (no answer)'],
  ])('a server that takes connections and says nothing is not waited for without end: %j', async (more, message) => {
    await using server = await startRedis();
    await server.pause();
    using client = opened(onPort(server.port, { ...impatient, ...more }));
    await expect(client.get('a')).rejects.toThrow(message);
    await server.resume();
    await expect.poll(() => client.get('a').catch(() => 'away'), patience).toBe(null);
  });
});

test('a server that ends what nobody uses is not said to be away', async () => {
  await using server = await startRedis();
  using client = opened(onPort(server.port));
  await client.set('a', '1');
  await server.say('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
  await expect.poll(() => server.say('CLIENT', 'LIST'), patience).not.toMatch(/\n.*\n/);
  expect(await client.get('a').catch(() => client.get('a'))).toBe('1');
  expect(client.log.lines).toEqual([]);
});

test('equal settings of a data plane share one connection, which ends with the last of them', async () => {
  await using server = await startRedis();
  const one = opened(onPort(server.port));
  const two = opened(onPort(server.port), one.log);
  const connections = async () => (await server.say('CLIENT', 'LIST')).trim().split('\n').length - 1;
  await Promise.all([one.set('a', '1'), two.set('b', '2')]);
  expect(await connections()).toBe(1);
  one.redis.close();
  one.redis.close();
  expect(await two.get('a')).toBe('1');
  two.redis.close();
  await expect.poll(connections, patience).toBe(0);
});

test('other credentials never use a connection that has been opened with the right ones', async () => {
  await using server = await startRedis({ password: 'right' });
  using right = opened(onPort(server.port, { password: 'right' }));
  using wrong = opened(onPort(server.port, { password: 'wrong' }), right.log);
  await right.set('a', '1');
  await expect(wrong.get('a')).rejects.toThrow('WRONGPASS');
});

test('a database, a user and TLS are used as configured', async () => {
  const authority = testAuthority();
  await using server = await startRedis({ tls: authority.issue({ names: ['127.0.0.1'] }), password: 'p' });
  await server.say('ACL', 'SETUSER', 'ann', 'on', '>secret', '~*', '+@all');
  const tls = { verifies: true, ca: authority.cert };
  using client = opened(onPort(server.port, { tls, username: 'ann', password: 'secret', database: 3 }));
  await client.set('a', '1');
  expect(await server.say('-n', '3', 'GET', 'a')).toBe('1\n');
});

test('a certificate is held against the name that is configured, where the address is another', async () => {
  const authority = testAuthority();
  await using server = await startRedis({ tls: authority.issue({ names: ['redis.internal'] }) });
  const tls = { verifies: true, ca: authority.cert };
  using named = opened(onPort(server.port, { tls: { ...tls, serverName: 'redis.internal' } }));
  await named.set('a', '1');
  using other = opened(onPort(server.port, { tls: { ...tls, serverName: 'other.internal' } }));
  await expect(other.get('a')).rejects.toThrow('cannot be reached');
});

test('a script runs by its digest, also after the server has forgotten it', async () => {
  await using server = await startRedis();
  using client = opened(onPort(server.port));
  const script = redisScript(`return {redis.call('INCRBY', KEYS[1], ARGV[1]), 'said'}`);
  expect(await client.redis.run(script, 'n', [2])).toEqual([2, 'said']);
  await server.say('SCRIPT', 'FLUSH');
  expect(await client.redis.run(script, 'n', [3])).toEqual([5, 'said']);
  expect(await server.say('INFO', 'commandstats')).toMatch(/cmdstat_evalsha/);
});
