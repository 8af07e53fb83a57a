import { request } from 'node:http';
import { Duplex } from 'node:stream';
import { type SeededRandom, seededRandom } from '@sluice/testing';
import { expect, test } from 'vitest';
import { parsedAnswer } from './fixtures/parsed-answer.ts';

/** What Node's client, which parses with llhttp, made of the same bytes; null where it refused them. */
interface OracleAnswer {
  readonly status: number;
  readonly fields: readonly string[];
  readonly body: string;
}

const hopNames = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'date',
  'server',
  'te',
  'trailer',
  'upgrade',
  'proxy-connection',
]);

function oracle(bytes: string): Promise<OracleAnswer | null> {
  const socket = new Duplex({ read: () => {}, write: (_chunk, _encoding, done) => done() });
  return new Promise((resolve) => {
    const req = request({ createConnection: () => socket as never, host: 'x' }, (res) => {
      let body = '';
      res.setEncoding('latin1').on('data', (chunk: string) => (body += chunk));
      res.on('error', () => resolve(null));
      res.on('end', () => {
        const pairs = res.rawHeaders.flatMap((name, i, all) => (i % 2 === 0 ? [[name, all[i + 1] ?? '']] : []));
        const fields = pairs.filter(([name = '']) => !hopNames.has(name.toLowerCase())).flat();
        resolve(res.complete ? { status: res.statusCode ?? 0, fields, body } : null);
      });
    });
    req.on('error', () => resolve(null));
    req.on('upgrade', () => resolve(null));
    req.end();
    socket.push(Buffer.from(bytes, 'latin1'));
    socket.push(null);
  });
}

const names = ['X-A', 'content-type', 'ETag', 'X_b', 'Set-Cookie', 'Date', 'Server'];
const values = ['1', '', 'a b', 'text/html; charset="x"', '\xe9\xff', 'a,b', '"q"'];

function randomAnswer(random: SeededRandom): string {
  const status = random.pick([200, 201, 204, 301, 304, 404, 500, 503]);
  const fields = Array.from(
    { length: random.below(5) },
    () => `${random.pick(names)}:${random.pick(['', ' ', '  '])}${random.pick(values)}`,
  );
  const body = Array.from({ length: random.below(30) }, () => random.pick([...'abc\r\n\0\xff'])).join('');
  const start = `HTTP/1.1 ${status} ${random.pick(['OK', '', 'Some Reason'])}\r\n`;
  const hasBody = status !== 204 && status !== 304;
  const framing = hasBody ? random.below(3) : 0;
  if (framing === 1) fields.splice(random.below(fields.length + 1), 0, `Content-Length: ${body.length}`);
  if (framing === 2) fields.push('Transfer-Encoding: chunked');
  const lines = fields.map((field) => `${field}\r\n`).join('');
  const interim = random.oneIn(8) ? 'HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n' : '';
  return `${interim}${start}${lines}\r\n${hasBody ? framed(random, body, framing === 2) : ''}`;
}

function framed(random: SeededRandom, body: string, isChunked: boolean): string {
  if (!isChunked) return body;
  let text = '';
  for (let at = 0; at < body.length;) {
    const size = 1 + random.below(8);
    const chunk = body.slice(at, at + size);
    text += `${chunk.length.toString(16)}${random.oneIn(4) ? ';x=y' : ''}\r\n${chunk}\r\n`;
    at += size;
  }
  return `${text}0\r\n${random.oneIn(3) ? 'X-Trailer: 1\r\n' : ''}\r\n`;
}

/** Changes a few bytes, mostly into those that matter to a parser. */
function mutated(random: SeededRandom, bytes: string): string {
  const chars = [...bytes];
  for (let i = 0; i <= random.below(3); i += 1) {
    const at = random.below(chars.length);
    const char = random.pick(['\r', '\n', ' ', ':', '\0', '0', '9', 'a', ';', '\t', '-', '\r\n']);
    chars.splice(at, random.below(2), char);
  }
  return chars.join('');
}

function inPieces(random: SeededRandom, bytes: string): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const size = random.oneIn(3) ? 1 : 1 + random.below(bytes.length);
    pieces.push(bytes.slice(at, at + size));
    at += size;
  }
  return pieces;
}

test('regular answers are read as llhttp reads them, wherever they are cut', async () => {
  const random = seededRandom(42);
  for (let i = 0; i < 1500; i += 1) {
    const bytes = randomAnswer(random);
    const expected = await oracle(bytes);
    const answer = parsedAnswer(inPieces(random, bytes));
    expect(expected, JSON.stringify(bytes)).not.toBeNull();
    expect(answer.error, JSON.stringify(bytes)).toBeUndefined();
    expect(
      { status: answer.head?.status, fields: answer.head?.fields, body: answer.body },
      JSON.stringify(bytes),
    ).toEqual(expected);
  }
});

test('an irregular answer is refused, or read as llhttp reads it: never in a third way', async () => {
  const random = seededRandom(4711);
  let read = 0;
  for (let i = 0; i < 3000; i += 1) {
    const bytes = mutated(random, randomAnswer(random));
    const answer = parsedAnswer(inPieces(random, bytes));
    if (answer.error !== undefined || !answer.isComplete) continue;
    read += 1;
    const { status, fields } = answer.head ?? {};
    expect({ status, fields, body: answer.body }, JSON.stringify(bytes)).toEqual(await oracle(bytes));
  }
  expect(read).toBeGreaterThan(300);
});

test('nothing that follows an answer of known length is taken for a part of it, or for another answer', () => {
  const random = seededRandom(2024);
  for (let i = 0; i < 1000; i += 1) {
    const bytes = randomAnswer(random);
    const isOpen = !/\r\n(?:content-length|transfer-encoding): /i.test(bytes) && !/ (?:204|304) /.test(bytes);
    if (isOpen) continue;
    const poison = random.pick(['HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison', '\r\n', 'x', '\0']);
    const [whole, poisoned] = [parsedAnswer([bytes]), parsedAnswer([bytes + poison])];
    expect(poisoned.error, JSON.stringify(bytes)).toBe('more than the answer');
    expect({ ...poisoned, error: undefined }).toEqual({ ...whole, error: undefined });
  }
});

test('where an answer is cut changes nothing', () => {
  const random = seededRandom(99);
  for (let i = 0; i < 1000; i += 1) {
    const bytes = mutated(random, randomAnswer(random));
    expect(parsedAnswer(inPieces(random, bytes)).isComplete, JSON.stringify(bytes)).toBe(
      parsedAnswer([bytes]).isComplete,
    );
  }
});
