import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { createClient } from './client.ts';
import { type ApiError, hasCode } from './errors.ts';

async function startServer(answer: (req: IncomingMessage, res: ServerResponse) => void) {
  const server = createServer(answer);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: () => new Promise<void>((closed) => server.close(() => closed())),
  };
}

const failureOf = (call: Promise<unknown>) =>
  call.then(
    () => expect.unreachable(),
    (error: unknown) => error as ApiError,
  );

test('a control plane that does not answer is told apart from one that refuses', async () => {
  const error = await failureOf(createClient('http://127.0.0.1:1').call('GET', '/session'));

  expect(hasCode(error, 'UNREACHABLE')).toBe(true);
});

test('a refusal carries code, message, request id and the issues by field', async () => {
  const issues = [{ path: '/upstream/nodes', message: 'expected object' }];
  await using server = await startServer((_req, res) => {
    res.writeHead(400, { 'content-type': 'application/json' });
    res.end(JSON.stringify({ error: { code: 'INVALID', message: 'No.', issues, request_id: 'r-1' } }));
  });

  const error = await failureOf(createClient(server.url).call('PUT', '/x', { body: {} }));

  expect(error).toMatchObject({ status: 400, code: 'INVALID', message: 'No.', issues, requestId: 'r-1' });
});

test('a single field stands for the issue when no list is given', async () => {
  await using server = await startServer((_req, res) => {
    res.writeHead(400);
    res.end(JSON.stringify({ error: { code: 'INVALID', message: 'No such service.', field: '/service_id' } }));
  });

  const error = await failureOf(createClient(server.url).call('PUT', '/x', { body: {} }));

  expect(error.issues).toEqual([{ path: '/service_id', message: 'No such service.' }]);
});

test('an error page of somebody in between is told by its status', async () => {
  await using server = await startServer((_req, res) => {
    res.writeHead(502, { 'retry-after': '7' });
    res.end('<h1>Bad gateway</h1>');
  });

  const error = await failureOf(createClient(server.url).call('GET', '/x'));

  expect(error).toMatchObject({ status: 502, code: 'HTTP_502', retryAfterS: 7 });
});

test('the CSRF token goes with calls that change something and with no other', async () => {
  const seen: (string | undefined)[] = [];
  await using server = await startServer((req, res) => {
    seen.push(req.headers['x-csrf-token'] as string | undefined);
    res.end('{}');
  });
  const client = createClient(server.url);
  client.useCsrfToken('secret');

  await client.call('GET', '/x');
  await client.call('DELETE', '/x');
  client.useCsrfToken(null);
  await client.call('DELETE', '/x');

  expect(seen).toEqual([undefined, 'secret', undefined]);
});

test('an empty answer is no JSON, and empty query values are left out', async () => {
  let path: string | undefined;
  await using server = await startServer((req, res) => {
    path = req.url;
    res.writeHead(204).end();
  });

  const answer = await createClient(server.url).call('GET', '/x', { query: { search: '', page: 2, label: undefined } });

  expect(answer).toBeUndefined();
  expect(path).toBe('/api/v1/x?page=2');
});

test('a control plane that stays silent is given up on', async () => {
  await using server = await startServer(() => undefined);

  const error = await failureOf(createClient(server.url, 50).call('GET', '/x'));

  expect(hasCode(error, 'TIMEOUT')).toBe(true);
});

test('an answer that breaks off in the middle is given up on too', async () => {
  await using server = await startServer((_req, res) => void res.write('{'));

  const error = await failureOf(createClient(server.url, 50).call('PUT', '/x'));

  expect(error).toMatchObject({ code: 'TIMEOUT', message: expect.stringContaining('may still be made') });
});

/** Refuses every write that is not confirmed, and notes what was asked for. */
async function startCautiousServer() {
  const urls: string[] = [];
  const server = await startServer((req, res) => {
    urls.push(req.url ?? '');
    const isConfirmed = new URL(req.url ?? '', 'http://x').searchParams.get('confirm') === 'missing_plugins';
    res.writeHead(isConfirmed ? 200 : 428, { 'content-type': 'application/json' });
    const message = 'Data planes lack acl. To publish it all the same, add confirm=missing_plugins to the query.';
    res.end(JSON.stringify(isConfirmed ? {} : { error: { code: 'CONFIRMATION_NEEDED', message } }));
  });
  return { ...server, urls };
}

test('what has to be confirmed is sent again only where somebody agrees', async () => {
  await using server = await startCautiousServer();
  const client = createClient(server.url);
  const asked: string[] = [];
  let answer = false;
  client.confirmWith((question) => {
    asked.push(question);
    return Promise.resolve(answer);
  });

  expect(hasCode(await failureOf(client.call('PUT', '/x', { body: {} })), 'CONFIRMATION_NEEDED')).toBe(true);
  answer = true;
  await client.call('PUT', '/x', { body: {}, query: { message: 'why' } });

  expect(asked).toEqual(['Data planes lack acl.', 'Data planes lack acl.']);
  expect(server.urls).toEqual(['/api/v1/x', '/api/v1/x?message=why', '/api/v1/x?message=why&confirm=missing_plugins']);
});

test('a dry run asks nobody', async () => {
  await using server = await startCautiousServer();
  const client = createClient(server.url);
  client.confirmWith(() => expect.unreachable());

  await client.call('PUT', '/x', { body: {}, query: { dry_run: true } });

  expect(server.urls).toHaveLength(2);
});
