import { startGateway } from '@sluice/testing';
import { describe, expect, test } from 'vitest';
import { mocking } from './plugin.ts';

async function answerTo(config: object, path = '/') {
  await using gateway = await startGateway([mocking], { uri: '/*', plugins: { mocking: config } });
  return await gateway.get(path);
}

describe('the answer', () => {
  test('is the example, with variables, though there is no upstream', async () => {
    const response = await answerTo({ response_example: '{"a":"$arg_a","from":"$remote_addr"}' }, '/?a=1');
    expect([response.statusCode, response.json()]).toEqual([200, { a: '1', from: '127.0.0.1' }]);
    expect(response.headers).toMatchObject({ 'content-type': 'application/json;charset=utf8', 'x-mock-by': 'Sluice' });
  });

  test('has status, media type and headers as configured', async () => {
    const response = await answerTo({
      response_example: '<p>hi</p>',
      response_status: 404,
      content_type: 'text/html; charset=utf-8',
      response_headers: { 'X-Route': '$route_id', 'X-Number': 5 },
      with_mock_header: false,
    });
    expect([response.statusCode, response.body]).toEqual([404, '<p>hi</p>']);
    expect(response.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'x-route': '1',
      'x-number': '5',
    });
    expect(response.headers).not.toHaveProperty('x-mock-by');
  });

  test.each(['%0d%0aX-Evil:1', '%C4%8D%C4%8AX-Evil:1'])(
    'has headers that a path with %s cannot split',
    async (tail) => {
      const { statusCode, headers } = await answerTo(
        { response_example: 'x', response_headers: { 'X-Path': '$uri' } },
        `/hello${tail}`,
      );
      expect(statusCode).toBe(200);
      expect(headers['x-path']).toMatch(/^\/hello.+X-Evil:1$/);
      expect(headers).not.toHaveProperty('x-evil');
    },
  );

  test('comes later where a delay is configured', async () => {
    const began = performance.now();
    await answerTo({ response_example: 'x', delay: 1, content_type: 'text/plain' });
    expect(performance.now() - began).toBeGreaterThanOrEqual(990);
  });
});

describe('of a schema', () => {
  const schema = {
    type: 'object',
    properties: {
      id: { type: 'integer', example: 12 },
      name: { type: 'string' },
      price: { type: 'number' },
      colour: { enum: ['red'] },
      size: { type: 'string', default: 'xl' },
      tags: { type: 'array', items: { type: 'string', example: '<&>' } },
      isNew: { type: 'boolean' },
      nothing: {},
    },
  };

  test('a value is made up that fits it', async () => {
    const value = (await answerTo({ response_schema: schema })).json();
    expect(value).toEqual({
      id: 12,
      name: expect.stringMatching(/^[a-z]{1,10}$/),
      price: expect.any(Number),
      colour: 'red',
      size: 'xl',
      tags: expect.arrayContaining(['<&>']),
      isNew: expect.any(Boolean),
      nothing: null,
    });
  });

  test('XML is made of it where XML is asked for', async () => {
    const { body } = await answerTo({ response_schema: schema, content_type: 'text/xml' });
    expect(body).toMatch(/^<data><id>12<\/id><name>[a-z]+<\/name>.*(<tags>&lt;&amp;&gt;<\/tags>)+.*<\/data>$/);
  });
});

test.each([
  [{}, 'object matches none of the required'],
  [{ response_example: 'x', content_type: 'image/png' }, 'unsupported content type!'],
  [{ response_example: 'x', response_status: 99 }, 'property "response_status" validation failed'],
  [{ response_example: 'x', response_headers: { 'a:b': 'c' } }, 'invalid field character in header'],
  [{ response_example: 'x', delay: -1 }, 'property "delay" validation failed'],
  [{ response_example: 'x', response_headers: {} }, 'property "response_headers" validation failed'],
])('the configuration %j is refused', async (config, message) => {
  await expect(startGateway([mocking], { uri: '/', plugins: { mocking: config } })).rejects.toThrow(message);
});
