import { onRequestHead, rawClient, startGateway, startRawServer } from '@sluice/testing';
import { describe, expect, test } from 'vitest';

const good = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood';
const poison = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison';
const head = (...lines: string[]) => `HTTP/1.1 200 OK\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`;

/** Answers the first request as it is told, and every later one as it should. */
function startHostile(first: string | Buffer) {
  let count = 0;
  return startRawServer((socket) =>
    onRequestHead(socket, () => {
      count += 1;
      socket.write(count === 1 ? first : good);
    }),
  );
}

const patient = { connect: 60, send: 60, read: 60 };

describe('an upstream that sends nonsense is a bad gateway at once, and its connection is not used again', () => {
  test.each([
    ['a head with bare line feeds', 'HTTP/1.1 200 OK\nContent-Length: 2\n\nok'],
    ['a bare line feed inside the head', 'HTTP/1.1 200 OK\r\nX-A: 1\nX-B: 2\r\n\r\n'],
    ['the greeting of another protocol', 'SSH-2.0-server\r\n'],
    ['a folded field', head('X-A: 1', ' folded', 'Content-Length: 0')],
    ['a space before a colon', head('X-A : 1', 'Content-Length: 0')],
    ['a NUL in a field', head('X-A: \0', 'Content-Length: 0')],
    ['a length twice', `${head('Content-Length: 4', 'Content-Length: 4')}evil`],
    ['two lengths', `${head('Content-Length: 4', 'Content-Length: 44')}evil${poison}`],
    ['a length and chunks', `${head('Content-Length: 4', 'Transfer-Encoding: chunked')}0\r\n\r\n${poison}`],
    ['a head without end', `HTTP/1.1 200 OK\r\nX-A: ${'a'.repeat(70_000)}`],
    ['interim answers without end', 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(100)],
    ['a switch of protocols', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: evil\r\n\r\nevil'],
  ])('%s', async (_what, bytes) => {
    await using upstream = await startHostile(bytes);
    const nodes = { [upstream.node]: 1 };
    await using gateway = await startGateway([], {
      uri: '/*',
      upstream: { type: 'roundrobin', nodes, timeout: patient },
    });

    const response = await gateway.get('/');

    expect(response.statusCode).toBe(502);
    expect(response.body).not.toContain('evil');
    expect((await gateway.get('/')).body).toBe('good');
    expect(upstream.connections).toBe(2);
  });
});

describe('an answer whose body goes wrong breaks off and never looks whole', () => {
  test.each([
    ['a chunk size that is none', 'xyz\r\n'],
    ['a chunk size with a bare line feed', '3\nabc'],
    ['a chunk longer than it says', '3\r\nabcdef\r\n0\r\n\r\n'],
    ['an extension with a control character', '3;a=\x01\r\nabc\r\n0\r\n\r\n'],
    ['an extension without end', `3;${'a'.repeat(9000)}`],
    ['trailers without end', `0\r\n${'X-A: 1\r\n'.repeat(9000)}`],
  ])('%s', async (_what, bytes) => {
    await using upstream = await startHostile(`${head('Transfer-Encoding: chunked')}4\r\nhalf\r\n${bytes}`);
    const nodes = { [upstream.node]: 1 };
    await using gateway = await startGateway([], {
      uri: '/*',
      upstream: { type: 'roundrobin', nodes, timeout: patient },
    });
    using client = await rawClient(gateway.port);

    client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    const text = await client.closed();

    expect(client.state).toBe('reset');
    expect(text).not.toContain('\r\n0\r\n\r\n');
    expect((await gateway.get('/')).body).toBe('good');
    expect(upstream.connections).toBe(2);
  });
});

describe('what an upstream sends behind its answer poisons nobody else', () => {
  test.each([
    ['behind a length', `${good}${poison}`],
    ['behind the last chunk', `${head('Transfer-Encoding: chunked')}4\r\ngood\r\n0\r\n\r\n${poison}`],
    ['a bare line end', `${good}\r\n`],
  ])('%s', async (_where, bytes) => {
    await using upstream = await startHostile(bytes);
    const nodes = { [upstream.node]: 1 };
    await using gateway = await startGateway([], {
      uri: '/*',
      upstream: { type: 'roundrobin', nodes, timeout: patient },
    });

    const bodies: string[] = [];
    for (let i = 0; i < 3; i += 1) bodies.push((await gateway.get('/')).body);

    expect(bodies).toEqual(['good', 'good', 'good']);
    expect(upstream.connections).toBe(2);
  });

  test('behind 204, behind 304 and behind an answer to HEAD, which have no body', async () => {
    for (const [method, bytes] of [
      ['GET', `HTTP/1.1 204 No Content\r\n\r\n${poison}`],
      ['GET', `HTTP/1.1 304 Not Modified\r\n\r\n${poison}`],
      ['HEAD', `${head('Content-Length: 6')}poison`],
    ] as const) {
      await using upstream = await startHostile(bytes);
      const nodes = { [upstream.node]: 1 };
      await using gateway = await startGateway([], { uri: '/*', upstream: { type: 'roundrobin', nodes } });

      await gateway.request({ method });

      expect((await gateway.get('/')).body).toBe('good');
      expect(upstream.connections).toBe(2);
    }
  });
});
