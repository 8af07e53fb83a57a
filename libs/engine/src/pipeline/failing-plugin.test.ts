import { reply, type RequestContext } from '@sluice/plugin-kit';
import { startGateway, startUpstream } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { testPlugin } from './fixtures/test-plugin.ts';

describe('a plugin that fails', () => {
  test.each([
    [
      'throws',
      () => {
        throw new Error('boom');
      },
    ],
    ['rejects', () => Promise.reject(new Error('boom'))],
  ])(
    'and %s ends the request with 500; the log names it and the request, the client learns nothing',
    async (_how, access) => {
      await using upstream = await startUpstream();
      await using gateway = await startGateway([testPlugin('bad', () => ({ access }))], {
        uri: '/*',
        upstream: upstream.url,
        plugins: { bad: {} },
      });

      const response = await gateway.get('/');

      expect(response.statusCode).toBe(500);
      expect(response.body).not.toContain('boom');
      expect(upstream.requests).toHaveLength(0);
      const [line] = gateway.log.lines;
      expect(line).toMatchObject({
        level: 'error',
        fields: { plugin: 'bad', route: '1', request_id: expect.stringMatching(/^[0-9a-f]{32}$/) },
      });
    },
  );

  test.each([
    ['a line break in a value', { 'X-Path': '/a\r\nX-Evil: 1' }],
    ['a value whose characters are cut down to a line break', { 'X-Path': ['/a', '/\u010d\u010aX-Evil: 1'] }],
    ['a name that is none', { 'X-Evil: 1\r\nX': 'a' }],
  ])('and answers with %s cannot split the answer', async (_what, headers) => {
    await using gateway = await startGateway(
      [testPlugin('bad', () => ({ access: () => reply(200, 'own', headers) }))],
      {
        uri: '/*',
        upstream: 'http://127.0.0.1:1',
        plugins: { bad: {} },
      },
    );

    const response = await gateway.get('/');

    expect(response.statusCode).toBe(500);
    expect(response.body).not.toContain('own');
    expect(response.headers).not.toHaveProperty('x-evil');
    expect(gateway.log.lines[0]).toMatchObject({ level: 'error', message: 'an answer has a malformed header' });
  });

  test.each([
    ['path', '/a HTTP/1.1\r\nX-Evil: 1'],
    ['path', '/\u010d\u010aX-Evil:1'],
    ['path', ''],
    ['query', 'a b'],
    ['method', 'GET /'],
    ['host', 'a\r\nX-Evil: 1'],
  ] as const)('and makes the %s %j cannot begin another request to the upstream', async (part, text) => {
    await using upstream = await startUpstream();
    const change = (ctx: RequestContext) => void (ctx.request[part] = text);
    const plugins = { early: {}, late: {} };
    for (const phase of ['access', 'beforeProxy'] as const) {
      const [early, late] = ['early', 'late'].map((name) =>
        testPlugin(name, () => ((name === 'early') === (phase === 'access') ? { [phase]: change } : {})),
      );
      if (!early || !late) throw new Error('both are there');
      await using gateway = await startGateway([early, late], { uri: '/*', upstream: upstream.url, plugins });
      expect((await gateway.get('/')).statusCode).toBe(500);
    }
    expect(upstream.requests).toHaveLength(0);
  });

  test('to be set up refuses every request instead of letting it pass', async () => {
    const bad = testPlugin('bad', () => {
      throw new Error('no');
    });
    await using upstream = await startUpstream();
    await using gateway = await startGateway([bad], { uri: '/*', upstream: upstream.url, plugins: { bad: {} } });

    expect((await gateway.get('/')).statusCode).toBe(500);
    expect(upstream.requests).toHaveLength(0);
  });

  test('to treat a head keeps the untreated answer from the client', async () => {
    const bad = testPlugin('bad', () => ({
      responseHeader: () => {
        throw new Error('boom');
      },
    }));
    await using upstream = await startUpstream((_req, res) => res.setHeader('X-Secret', '1').end('secret'));
    await using gateway = await startGateway([bad], { uri: '/*', upstream: upstream.url, plugins: { bad: {} } });

    const response = await gateway.get('/');

    expect(response.statusCode).toBe(500);
    expect(response.headers).not.toHaveProperty('x-secret');
    expect(response.body).not.toContain('secret');
  });

  test('to treat a body breaks the answer off', async () => {
    const bad = testPlugin('bad', () => ({
      responseBody: () => ({
        chunk: () => {
          throw new Error('boom');
        },
        end: () => undefined,
      }),
    }));
    await using upstream = await startUpstream();
    await using gateway = await startGateway([bad], { uri: '/*', upstream: upstream.url, plugins: { bad: {} } });

    await expect(gateway.get('/')).rejects.toThrow();
  });

  test('in the log phase harms nobody, and the others still run', async () => {
    const seen: string[] = [];
    const bad = testPlugin(
      'bad',
      () => ({
        log: () => {
          throw new Error('boom');
        },
      }),
      { priority: 9 },
    );
    const good = testPlugin('good', () => ({ log: (ctx) => void seen.push(ctx.id) }));
    await using upstream = await startUpstream();
    await using gateway = await startGateway([bad, good], {
      uri: '/*',
      upstream: upstream.url,
      plugins: { bad: {}, good: {} },
    });

    expect((await gateway.get('/')).statusCode).toBe(200);
    await expect.poll(() => seen).toHaveLength(1);
  });
});
