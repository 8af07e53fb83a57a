import { startGateway, startUpstream } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { uriBlocker } from './plugin.ts';

async function answerTo(config: object, path: string) {
  await using upstream = await startUpstream((_req, res) => void res.end('origin'));
  const plugins = { 'uri-blocker': config };
  await using gateway = await startGateway([uriBlocker], { uri: '/*', upstream: upstream.url, plugins });
  const response = await gateway.get(path);
  return { status: response.statusCode, body: response.body, calls: upstream.requests.length };
}

const rules = ['^/admin', 'root\\.exe', 'union(.*)select', 'ü$'];
const rejected_msg = 'access is not allowed';

describe('a request is refused, and the upstream never hears of it,', () => {
  test.each([
    ['by its path', '/admin/users'],
    ['by its query', '/?file=root.exe'],
    ['in spite of percent-encoding', '/root%2Eexe'],
    ['in spite of percent-encoding of everything', '/%61dmin'],
    ['in spite of percent-encoding beyond ASCII', '/?q=%C3%BC'],
    ['in spite of a broken sequence elsewhere', '/?q=%zz&file=root%2eexe'],
    ['in spite of dots in its path', '/./admin'],
    ['in spite of a way back in its path', '/a/../admin'],
    ['in spite of more slashes than needed', '//admin'],
    ['by a rule with a group', '/?q=union+all+select'],
  ])('%s', async (_case, path) => {
    const answer = await answerTo({ block_rules: rules, rejected_msg }, path);
    expect(answer).toEqual({ status: 403, body: '{"error_msg":"access is not allowed"}\n', calls: 0 });
  });

  test('without a message by the error page of the status', async () => {
    const { status, body } = await answerTo({ block_rules: rules, rejected_code: 404 }, '/admin');
    expect(status).toBe(404);
    expect(body).toContain('404 Not Found');
  });

  test('in another case of letters only where that shall not matter', async () => {
    expect((await answerTo({ block_rules: rules }, '/ADMIN')).status).toBe(200);
    expect((await answerTo({ block_rules: rules, case_insensitive: true }, '/ADMIN')).status).toBe(403);
  });
});

test.each([
  ['that no rule matches', { block_rules: rules }],
  ['where there is no rule', { block_rules: [] }],
])('a request %s may pass', async (_case, config) => {
  expect(await answerTo(config, '/hello?x=rootexe')).toEqual({ status: 200, body: 'origin', calls: 1 });
});

test.each([
  [{}, 'property "block_rules" is required'],
  [{ block_rules: ['a('] }, '"a(" is not a valid regular expression'],
  [{ block_rules: ['ok', '(a)\\1'] }, 'backreferences are not supported'],
  [{ block_rules: ['a', 'a'] }, 'expected unique items'],
  [{ block_rules: ['a'], rejected_code: 199 }, 'property "rejected_code" validation failed'],
  [{ block_rules: ['a'], rejected_msg: '' }, 'property "rejected_msg" validation failed'],
])('the configuration %j is refused', async (config, message) => {
  const route = { uri: '/', upstream: 'http://127.0.0.1:1', plugins: { 'uri-blocker': config } };
  await expect(startGateway([uriBlocker], route)).rejects.toThrow(message);
});
