import { connect } from 'node:tls';
import { Duplex } from 'node:stream';
import { seededRandom } from '@sluice/testing';
import { expect, test } from 'vitest';
import { parseClientHello } from './client-hello.ts';

/** What a real client sends first. */
function helloFor(servername: string): Promise<Buffer> {
  return new Promise((resolve) => {
    const wire = new Duplex({
      read() {},
      write: (chunk: Buffer, _encoding, done) => (done(), resolve(chunk)),
    });
    connect({ socket: wire as never, servername, ALPNProtocols: ['h2'] }).on('error', () => {});
  });
}

/** The same message in records of a few bytes. */
function inRecordsOf(size: number, hello: Buffer): Buffer {
  const message = hello.subarray(5);
  const records: Buffer[] = [];
  for (let at = 0; at < message.length; at += size) {
    const part = message.subarray(at, at + size);
    records.push(Buffer.from([22, 3, 1, part.length >> 8, part.length & 255]), part);
  }
  return Buffer.concat(records);
}

test('a hello with broken bytes never throws and never names what it does not say', async () => {
  const hello = await helloFor('www.test.com');
  const random = seededRandom(7);
  for (let i = 0; i < 20_000; i += 1) {
    const bytes = Buffer.from(hello);
    for (let changes = 1 + random.below(4); changes > 0; changes -= 1)
      bytes[random.below(bytes.length)] = random.below(256);
    const cut = random.oneIn(3) ? bytes.subarray(0, random.below(bytes.length)) : bytes;
    const parsed = parseClientHello(cut);
    if (parsed) expect(cut.toString('latin1').toLowerCase()).toContain(parsed.serverName);
  }
});

test('every beginning of a hello asks for more, and the whole tells the name', async () => {
  const hello = await helloFor('WWW.Test.com');
  for (let length = 0; length < hello.length; length += 1)
    expect(parseClientHello(hello.subarray(0, length))).toBeUndefined();
  expect(parseClientHello(hello)).toEqual({ serverName: 'www.test.com' });
});

test.each([1, 7, 100])('a hello cut into records of %i bytes is read as a whole', async (size) => {
  expect(parseClientHello(inRecordsOf(size, await helloFor('a.com')))).toEqual({ serverName: 'a.com' });
});

test.each([
  ['plain HTTP', 'GET / HTTP/1.1\r\n'],
  ['another record', '\x17\x03\x03\x00\x01a'],
  ['another handshake message', '\x16\x03\x01\x00\x04\x02\x00\x00\x00'],
  ['an empty record', '\x16\x03\x01\x00\x00'],
  ['a message of megabytes', '\x16\x03\x01\x00\x04\x01\xff\xff\xff'],
])('%s is no hello', (_what, text) => {
  expect(parseClientHello(Buffer.from(text, 'latin1'))).toBeNull();
});
