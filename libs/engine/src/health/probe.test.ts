import { onRequestHead, startRawServer, startUpstream, testAuthority } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { activeChecks, localTarget } from './fixtures/test-target.ts';
import { probe } from './probe.ts';

const portOf = (server: { node: string }): number => Number(server.node.split(':').at(-1));

/** Probes a server that answers every request head with these bytes. */
async function answered(bytes: string, active: Record<string, unknown> = {}) {
  await using server = await startRawServer((socket) => onRequestHead(socket, () => socket.end(bytes)));
  return await probe('127.0.0.1', localTarget(portOf(server)), activeChecks(active));
}

describe('a probe', () => {
  test('that is refused is a failed connection', async () => {
    const server = await startRawServer(() => {});
    await server[Symbol.asyncDispose]();
    for (const type of ['http', 'https', 'tcp'])
      expect(await probe('127.0.0.1', localTarget(portOf(server)), activeChecks({ type }))).toEqual({
        outcome: 'tcp',
        detail: 'ECONNREFUSED',
      });
  });

  test('that gets no answer in time is a timeout, and its connection is closed', async () => {
    await using server = await startUpstream(() => {});
    const result = await probe('127.0.0.1', localTarget(portOf(server)), activeChecks({ timeout: 0.05 }));
    expect(result).toEqual({ outcome: 'timeout', detail: 'no answer within 50 ms' });
    await expect.poll(() => server.sockets.size).toBe(0);
  });

  test('whose connection closes without an answer is a failed connection', async () => {
    expect(await answered('')).toMatchObject({ outcome: 'tcp' });
  });

  test.each(['SSH-2.0-x\r\n', 'HTTP/1.1 20\r\n', 'x'.repeat(1000)])(
    'that gets %j is a failed answer',
    async (bytes) => {
      expect(await answered(bytes)).toEqual({ outcome: 'http', detail: 'no HTTP answer' });
    },
  );

  test.each([
    [200, 'success'],
    [302, 'success'],
    [404, 'http'],
    [503, 'http'],
    [201, null],
    [301, null],
  ])('that gets %i is %s by default', async (status, outcome) => {
    expect(await answered(`HTTP/1.1 ${status} X\r\n\r\n`)).toEqual({ outcome, detail: `status ${status}` });
  });

  test('counts the statuses that are configured, and no others', async () => {
    const active = { healthy: { http_statuses: [418] }, unhealthy: { http_statuses: [200] } };
    expect(await answered('HTTP/1.0 418 \r\n\r\n', active)).toMatchObject({ outcome: 'success' });
    expect(await answered('HTTP/1.1 200 OK\r\n\r\n', active)).toMatchObject({ outcome: 'http' });
    expect(await answered('HTTP/1.1 503 X\r\n\r\n', active)).toMatchObject({ outcome: null });
  });

  test('sends what is configured, and what could break out of its line is left out', async () => {
    const heads: string[] = [];
    await using server = await startRawServer((socket) =>
      onRequestHead(socket, (head) => {
        heads.push(String(head));
        socket.end('HTTP/1.1 200 OK\r\n\r\n');
      }),
    );
    const active = activeChecks({
      http_method: 'POST',
      http_path: '/a b?c=%20\r\nX-Evil: 1',
      http_req_body: 'ping',
      req_headers: ['User-Agent: curl/8', 'X-Good: 1', 'X-Bad: 1\r\nX-Evil: 2', 'no header', 'Content-Length: 99'],
    });
    await probe('127.0.0.1', localTarget(portOf(server), 'service.example'), active);
    const [head = ''] = heads;
    expect(head).toContain('POST /a%20b?c=%20%0D%0AX-Evil:%201 HTTP/1.1\r\nHost: service.example\r\n');
    expect(head).toContain('User-Agent: curl/8\r\nX-Good: 1\r\nContent-Length: 4\r\nConnection: close');
    expect(head).not.toMatch(/^X-Evil/m);
  });

  test('over HTTPS insists on a certificate for its name, unless it is told not to', async () => {
    const authority = testAuthority();
    await using server = await startUpstream((_req, res) => res.end(), authority.issue({ names: ['good.example'] }));
    const ask = (hostname: string, active: object, trusted?: string[]) =>
      probe('127.0.0.1', localTarget(server.port, hostname), activeChecks({ type: 'https', ...active }), trusted);
    expect(await ask('good.example', {})).toMatchObject({ outcome: 'tcp' });
    expect(await ask('other.example', {}, [authority.cert])).toMatchObject({
      outcome: 'tcp',
      detail: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
    expect(server.requests).toHaveLength(0);
    expect(await ask('good.example', {}, [authority.cert])).toMatchObject({ outcome: 'success' });
    expect(await ask('other.example', { https_verify_certificate: false })).toMatchObject({ outcome: 'success' });
    expect(server.requests[1]?.headers.host).toBe('other.example');
  });

  test('a TCP probe is content with a connection', async () => {
    await using server = await startRawServer(() => {});
    const result = await probe('127.0.0.1', localTarget(portOf(server)), activeChecks({ type: 'tcp' }));
    expect(result).toEqual({ outcome: 'success', detail: 'connected' });
  });
});
