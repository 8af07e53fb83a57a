import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { type SeededRandom, seededRandom, startGateway, startUpstream } from '@sluice/testing';
import { expect, test } from 'vitest';

const pieces = {
  line: ['GET / HTTP/1.1', 'POST /a HTTP/1.1', 'POST /a?b HTTP/1.0', 'PUT http://a/x HTTP/1.1', 'GET /../a HTTP/1.1'],
  field: [
    'Host: a',
    'host: b',
    'Content-Length: 5',
    'Content-Length: 0',
    'Content-Length: 5, 5',
    'Content-Length : 5',
    'Transfer-Encoding: chunked',
    'Transfer-Encoding: Chunked',
    'Transfer-Encoding: gzip, chunked',
    'Transfer-Encoding : chunked',
    'Connection: close',
    'Connection: keep-alive, X-A',
    'Expect: 100-continue',
    'X-A: 1',
    ' X-Folded: 1',
    'X-\x00: 1',
    'X-B: \x7f',
    'X-C',
  ],
  end: ['\r\n', '\r\n', '\r\n', '\r\n', '\n', '\r', '\r\r\n'],
  body: [
    'hello',
    '5\r\nhello\r\n0\r\n\r\n',
    '5;x=y\r\nhello\r\n0\r\n\r\n',
    '0\r\n\r\n',
    '5\nhello\n0\n\n',
    'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n',
    '',
  ],
} as const;

const sound = [
  'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
  'POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello',
  'POST /a?b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\n\r\n',
  'PUT http://a/x HTTP/1.1\r\nHost: a\r\nConnection: X-A\r\nContent-Length: 5\r\nX-A: 1\r\n\r\nhello',
] as const;

/** Some requests on one connection, half of them sound, the others with things that may be wrong with them. */
function bytesOf(random: SeededRandom): Buffer {
  let text = '';
  for (let count = 1 + random.below(3); count > 0; count -= 1)
    text += random.oneIn(2) ? random.pick(sound) : doubtful(random);
  const bytes = Buffer.from(text, 'latin1');
  if (random.oneIn(4)) bytes[random.below(bytes.length)] = random.below(256);
  return bytes;
}

function doubtful(random: SeededRandom): string {
  const end = (): string => (random.oneIn(10) ? random.pick(pieces.end) : '\r\n');
  let text = random.pick(pieces.line) + end() + (random.oneIn(10) ? '' : `Host: a${end()}`);
  for (let fields = random.below(4); fields > 0; fields -= 1) text += random.pick(pieces.field) + end();
  return text + end() + random.pick(pieces.body);
}

/** A request with its body, in a form that can be compared. */
type Seen = string;

/** Notes every request that is complete. */
function noteTo(seen: Seen[]): RequestListener {
  return (req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', () => {});
    req.on('end', () => {
      seen.push(`${req.method} ${Buffer.concat(chunks).toString('latin1')}`);
      res.end();
    });
  };
}

/** What Node's own strict parser makes of the bytes, as the reference. */
async function reference(): Promise<{ port: number; seen: Seen[]; close(): Promise<unknown> }> {
  const seen: Seen[] = [];
  const server = createServer({ requireHostHeader: false }, noteTo(seen));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { port, seen, close: () => new Promise((resolve) => server.close(resolve)) };
}

/** Sends bytes, says that no more come, and waits for the end of the connection. */
function deliver(port: number, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.on('error', () => {}).on('close', () => resolve());
    socket.resume();
    socket.end(bytes);
  });
}

test.each(Array.from({ length: 8 }, (_, i) => i + 1))(
  'the upstream never hears of a request that a strict parser does not see in the bytes of a client (seed %i)',
  { timeout: 60_000 },
  async (seed) => {
    const random = seededRandom(seed);
    const strict = await reference();
    const heard: Seen[] = [];
    await using upstream = await startUpstream(noteTo(heard));
    await using gateway = await startGateway([], { uri: '/*', upstream: upstream.url });
    let passed = 0;

    for (let i = 0; i < 100; i += 1) {
      const bytes = bytesOf(random);
      await Promise.all([deliver(strict.port, bytes), deliver(gateway.port, bytes)]);
      await expect.poll(() => gateway.engine.openRequests).toBe(0);
      const [known, told] = [strict.seen.splice(0), heard.splice(0)];
      // The gateway refuses more than a parser does, but what it passes on is what the parser sees, in the same order.
      expect(told, JSON.stringify(bytes.toString('latin1'))).toEqual(known.slice(0, told.length));
      passed += told.length;
    }

    expect(passed).toBeGreaterThan(10);
    await strict.close();
  },
);
