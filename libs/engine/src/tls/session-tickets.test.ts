import { randomBytes } from 'node:crypto';
import { connect, type ConnectionOptions } from 'node:tls';
import { expect, test } from 'vitest';
import { authority, sslFor, startTlsPair } from './fixtures/tls-pair.ts';

/** Connects, asks, and tells whether a session was resumed, with a session to resume next time. */
function visit(port: number, options: ConnectionOptions): Promise<{ isResumed: boolean; session: Buffer | undefined }> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, ca: authority.cert, servername: 'test.com', ...options });
    let session: Buffer | undefined;
    socket.on('session', (given) => (session = given));
    socket.on('secureConnect', () => socket.write('GET / HTTP/1.1\r\nHost: test.com\r\nConnection: close\r\n\r\n'));
    socket.resume().on('error', reject);
    socket.on('end', () => resolve({ isResumed: socket.isSessionReused(), session: session ?? socket.getSession() }));
  });
}

test.each(['TLSv1.2', 'TLSv1.3'] as const)(
  '%s: a session is resumed at any worker that has the same keys',
  async (version) => {
    const ssl = sslFor('1', ['test.com']);
    await using one = await startTlsPair([ssl]);
    await using other = await startTlsPair([ssl]);
    await using stranger = await startTlsPair([ssl]);
    const keys = randomBytes(48);
    one.gateway.engine.setTicketKeys(keys);
    other.gateway.engine.setTicketKeys(keys);
    stranger.gateway.engine.setTicketKeys(randomBytes(48));
    const only = { minVersion: version, maxVersion: version } as const;

    const { isResumed, session } = await visit(one.port, only);

    expect(isResumed).toBe(false);
    expect(session).toBeDefined();
    const again = { ...only, session } as ConnectionOptions;
    expect((await visit(other.port, again)).isResumed).toBe(true);
    expect((await visit(stranger.port, again)).isResumed).toBe(false);
  },
);

test('new keys end what older tickets could do', async () => {
  await using pair = await startTlsPair([sslFor('1', ['test.com'])]);
  pair.gateway.engine.setTicketKeys(randomBytes(48));
  const { session } = await visit(pair.port, {});
  expect((await visit(pair.port, { session } as ConnectionOptions)).isResumed).toBe(true);

  pair.gateway.engine.setTicketKeys(randomBytes(48));

  expect((await visit(pair.port, { session } as ConnectionOptions)).isResumed).toBe(false);
});

test('no tickets are given where they are switched off', async () => {
  const listeners = { tls: { sessionTickets: false } };
  await using pair = await startTlsPair([sslFor('1', ['test.com'])], { listeners });
  const { session } = await visit(pair.port, { maxVersion: 'TLSv1.2' });
  const again = await visit(pair.port, { maxVersion: 'TLSv1.2', session } as ConnectionOptions);
  expect(again.isResumed).toBe(false);
});
