import { rawClient } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { authority, get, handshake, sslFor, startTlsPair } from './fixtures/tls-pair.ts';

const nameOf = async (port: number, servername: string): Promise<string | undefined> => {
  const socket = await handshake(port, { servername });
  const { subject } = socket.getPeerCertificate();
  socket.destroy();
  return subject.CN as string;
};

describe('which certificate a client gets', () => {
  test.each(['other.com', 'a.b.test.com', 'test.com.evil', ''])(
    'none for "%s": the handshake fails',
    async (servername) => {
      await using pair = await startTlsPair([sslFor('1', ['www.test.com', '*.test.com'])]);

      await expect(handshake(pair.port, { servername, checkServerIdentity: () => undefined })).rejects.toThrow(
        /handshake failure/,
      );
    },
  );

  test('a hello without a name is refused by an alert, not by silence', async () => {
    await using pair = await startTlsPair([sslFor('1', ['test.com'])]);
    await expect(handshake(pair.port, { checkServerIdentity: () => undefined })).rejects.toThrow(/handshake failure/);
  });

  test('the one of the exact name before a wildcard, and a wildcard for one label only', async () => {
    await using pair = await startTlsPair([sslFor('1', ['*.test.com']), sslFor('2', ['www.test.com'])]);

    expect(await nameOf(pair.port, 'www.test.com')).toBe('www.test.com');
    expect(await nameOf(pair.port, 'api.test.com')).toBe('*.test.com');
  });

  test('names are compared without regard to case', async () => {
    await using pair = await startTlsPair([sslFor('1', ['WWW.Test.com'])]);
    expect(await nameOf(pair.port, 'www.TEST.com')).toBe('WWW.Test.com');
  });

  test('of several for one name the oldest', async () => {
    const first = sslFor('b', ['test.com'], authority.issue({ names: ['test.com', 'first.com'] }));
    await using pair = await startTlsPair([first]);
    pair.gateway.apply(sslFor('a', ['test.com']));

    const socket = await handshake(pair.port, { servername: 'test.com' });

    expect(socket.getPeerCertificate().subjectaltname).toContain('first.com');
    socket.destroy();
  });

  test('ECDSA for who can, RSA for who cannot', async () => {
    const rsa = authority.issue({ names: ['test.com'], isRsa: true });
    const fields = { certs: [rsa.cert], keys: [rsa.key] };
    await using pair = await startTlsPair([sslFor('1', ['test.com'], fields)]);
    const cipher = async (ciphers: string): Promise<string> => {
      const socket = await handshake(pair.port, { servername: 'test.com', maxVersion: 'TLSv1.2', ciphers });
      const { name } = socket.getCipher();
      socket.destroy();
      return name;
    };

    expect(await cipher('ECDHE-RSA-AES128-GCM-SHA256')).toBe('ECDHE-RSA-AES128-GCM-SHA256');
    expect(await cipher('ECDHE-ECDSA-AES128-GCM-SHA256')).toBe('ECDHE-ECDSA-AES128-GCM-SHA256');
  });

  test('the fallback where the client names none, if there is one', async () => {
    const listeners = { tls: { fallbackServerName: 'test.com' } };
    await using pair = await startTlsPair([sslFor('1', ['test.com'])], { listeners });

    const socket = await handshake(pair.port, { checkServerIdentity: () => undefined });

    expect(socket.getPeerCertificate().subject.CN).toBe('test.com');
    socket.destroy();
  });
});

describe('a change of certificates', () => {
  test('is seen by the next handshake and leaves connections alone', async () => {
    await using pair = await startTlsPair([sslFor('1', ['test.com'])]);
    const before = await handshake(pair.port, { servername: 'test.com' });
    const old = before.getPeerCertificate().fingerprint256;

    pair.gateway.apply(sslFor('1', ['test.com']));
    const after = await handshake(pair.port, { servername: 'test.com' });

    expect(after.getPeerCertificate().fingerprint256).not.toBe(old);
    before.write('GET /still HTTP/1.1\r\nHost: test.com\r\n\r\n');
    await new Promise((resolve) => before.once('data', resolve));
    before.destroy();
    after.destroy();
  });

  test('takes a certificate out when it is switched off or deleted', async () => {
    await using pair = await startTlsPair([sslFor('1', ['test.com']), sslFor('2', ['b.com'])]);
    expect(await nameOf(pair.port, 'test.com')).toBe('test.com');

    pair.gateway.apply(sslFor('1', ['test.com'], { status: 0 }), { kind: 'ssl', id: '2', value: null });

    await expect(handshake(pair.port, { servername: 'test.com' })).rejects.toThrow(/handshake failure/);
    await expect(handshake(pair.port, { servername: 'b.com' })).rejects.toThrow(/handshake failure/);
  });

  test('that is no certificate is refused and changes nothing', async () => {
    await using pair = await startTlsPair([sslFor('1', ['test.com'])]);
    const { key } = authority.issue({ names: ['other'] });

    expect(() => pair.gateway.apply(sslFor('1', ['test.com'], { key }))).toThrow(/does not belong to the certificate/);
    expect(await nameOf(pair.port, 'test.com')).toBe('test.com');
  });
});

describe('versions of TLS', () => {
  test.each(['TLSv1', 'TLSv1.1'] as const)('%s is not spoken by default', async (version) => {
    await using pair = await startTlsPair([sslFor('1', ['test.com'])]);
    const old = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' };
    await expect(handshake(pair.port, { servername: 'test.com', ...old })).rejects.toThrow();
  });

  test('are those of the certificate, also one that leaves out the middle', async () => {
    const only = sslFor('1', ['test.com'], { ssl_protocols: ['TLSv1.3'] });
    const gap = sslFor('2', ['gap.com'], { ssl_protocols: ['TLSv1.1', 'TLSv1.3'] });
    await using pair = await startTlsPair([only, gap, sslFor('3', ['both.com'])]);
    const at = (servername: string, version: 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3') =>
      handshake(pair.port, {
        servername,
        minVersion: version,
        maxVersion: version,
        ...(version === 'TLSv1.1' && { ciphers: 'DEFAULT@SECLEVEL=0' }),
      }).then(
        (socket) => {
          const spoken = socket.getProtocol();
          socket.destroy();
          return spoken;
        },
        () => 'refused',
      );

    expect(await at('test.com', 'TLSv1.2')).toBe('refused');
    expect(await at('test.com', 'TLSv1.3')).toBe('TLSv1.3');
    expect(await at('gap.com', 'TLSv1.2')).toBe('refused');
    expect(await at('gap.com', 'TLSv1.1')).toBe('TLSv1.1');
    expect(await at('both.com', 'TLSv1.2')).toBe('TLSv1.2');
  });

  test('a client that speaks nothing in common with us is refused', async () => {
    await using pair = await startTlsPair([sslFor('1', ['test.com'])]);
    const weak = { maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA:ECDHE-ECDSA-AES128-SHA' } as const;
    await expect(handshake(pair.port, { servername: 'test.com', ...weak })).rejects.toThrow();
  });
});

describe('a connection to the HTTPS port', () => {
  test('serves requests like any other', async () => {
    await using pair = await startTlsPair([sslFor('1', ['test.com'])]);

    expect(await get(pair.port, '/a', { servername: 'test.com' })).toEqual({ status: 200, body: 'saw /a' });

    expect(pair.upstream.requests[0]?.headers).toMatchObject({
      'x-forwarded-proto': 'https',
      'x-forwarded-port': String(pair.port),
    });
  });

  test('works however the first bytes are cut', async () => {
    await using pair = await startTlsPair([sslFor('1', ['test.com'])]);
    const { Duplex } = await import('node:stream');
    using client = await rawClient(pair.port);
    // One byte per write on the way in: records, hello and name all arrive in pieces.
    const wire = new Duplex({
      read() {},
      write(chunk: Buffer, _encoding, done) {
        for (const byte of chunk) client.socket.write(Buffer.from([byte]));
        done();
      },
    });
    client.socket.on('data', (chunk) => wire.push(chunk));

    const socket = await handshake(pair.port, { servername: 'test.com', socket: wire as never });

    expect(socket.authorized).toBe(true);
    socket.destroy();
  });

  test.each([
    ['garbage', 'hello\r\n\r\n'],
    ['a broken record', '\x16\x03\x01\xff\xff'],
    ['a hello whose lengths lie', '\x16\x03\x01\x00\x08\x01\x00\x00\x04\x03\x03\xff\xff'],
  ])('with %s is ended', async (_what, bytes) => {
    await using pair = await startTlsPair([sslFor('1', ['test.com'])]);
    using client = await rawClient(pair.port);
    client.send(Buffer.from(bytes, 'latin1'));
    expect(await client.closed()).not.toContain('200');
  });

  test('with plain HTTP is told what the port speaks', async () => {
    await using pair = await startTlsPair([sslFor('1', ['test.com'])]);
    using client = await rawClient(pair.port);
    client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(await client.closed()).toMatch(/^HTTP\/1\.1 400 [^]*speaks HTTPS/);
  });

  test('that says nothing is ended when its time is up', async () => {
    const limits = { headerTimeoutMs: 50 };
    await using pair = await startTlsPair([sslFor('1', ['test.com'])], { limits });
    using client = await rawClient(pair.port);
    client.send('\x16\x03');
    expect(await client.closed()).toBe('');
  });

  test('cannot renegotiate', async () => {
    await using pair = await startTlsPair([sslFor('1', ['test.com'])]);
    const socket = await handshake(pair.port, { servername: 'test.com', maxVersion: 'TLSv1.2' });

    const outcome = await new Promise((resolve) => {
      socket.on('error', resolve).on('close', resolve);
      socket.renegotiate({}, resolve);
    });

    expect(outcome).toBeTruthy();
    socket.destroy();
  });
});
