import { describe, expect, test } from 'vitest';
import { startTransforming } from './fixtures/start-transforming.ts';

const json = { 'content-type': 'application/json' };
const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('a request is refused, and the upstream never hears of it,', () => {
  test.each([
    ['that is no JSON', 'json', '{', 400, 'request body decode: not valid JSON'],
    ['that is JSON without fields', 'json', '3', 400, 'request body decode: neither an object nor a list'],
    [
      'that is too deep',
      'json',
      '['.repeat(100_000) + ']'.repeat(100_000),
      400,
      'request body decode: nested too deeply',
    ],
    ['that is no XML', 'xml', '<a><b></a>', 400, "request body decode: not valid XML: Expected closing tag 'b'"],
    ['that brings entities', 'xml', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', 400, 'a document type is not allowed'],
    ['that has no boundary', 'multipart', 'x', 400, 'request body decode: the content type names no boundary'],
    [
      'that lacks what the template needs',
      'json',
      '{}',
      503,
      'request template rendering: attempt to index a nil value',
    ],
  ])('%s', async (_case, input_format, body, status, message) => {
    await using pair = await startTransforming({ request: { input_format, template: '{{ a.b }}' } });
    const response = await pair.post(body);
    expect([response.statusCode, JSON.stringify(response.json())]).toEqual([status, expect.stringContaining(message)]);
    expect(pair.upstream.requests).toHaveLength(0);
  });

  test('that is too large', async () => {
    await using pair = await startTransforming({ request: { template: 'x' }, max_req_body_size: 3 });
    expect((await pair.post('four')).statusCode).toBe(413);
    expect(pair.upstream.requests).toHaveLength(0);
  });

  test('that takes a loop without end, in words that say so', async () => {
    const template = '{% for i = 1, 1e9 do end %}';
    await using pair = await startTransforming({ request: { input_format: 'plain', template } });
    expect((await pair.post('x')).json()).toEqual({
      message: 'request template rendering: loops of more than 1000000 rounds',
    });
  });
});

describe('a request is read', () => {
  const xml =
    '<?xml version="1.0"?><s:Envelope xmlns:s="urn:s"><s:Body><n:name lang="en">a &amp; b &#233;</n:name>' +
    '<i>1</i><i>2</i><empty/></s:Body></s:Envelope>';
  const multipart = ['--X', 'Content-Disposition: form-data; name="age"', '', '19', '--X--', ''].join('\r\n');
  test.each([
    [
      'as JSON, by its type',
      { 'content-type': 'application/json; charset=utf-8' },
      '{"a":{"b":[1,"x"]}}',
      '{{a.b[2]}}',
      'x',
    ],
    [
      'as XML',
      { 'content-type': 'text/xml' },
      xml,
      '{*Envelope.Body.name[1]*}|{*Envelope.Body.name._attr.lang*}|{*Envelope.Body.i[2]*}|{*Envelope.Body.empty*}',
      'a & b é|en|2|',
    ],
    ['as a form', { 'content-type': 'application/x-www-form-urlencoded' }, 'a=1%202&b=x&b=y', '{*a*}{*b[2]*}', '1 2y'],
    [
      'as parts',
      { 'content-type': 'multipart/form-data; boundary=X' },
      multipart,
      '{% if tonumber(age) > 18 then %}adult{% end %}',
      'adult',
    ],
    ['by nothing but its text', { 'content-type': 'text/plain' }, 'hé', '<{* _body *}>{{ name }}', '<hé>'],
    [
      'with what the gateway knows',
      json,
      '{"a":"<"}',
      '{{_ctx.var.arg_q}} {{_ctx.route_id}} {{_ctx.var.request_method}} {{a}}',
      'v 1 POST &lt;',
    ],
    [
      'with escapes of its own',
      json,
      '{"a":"\\"<\\n"}',
      '{"a":{* _escape_json(a) *},"x":"{* _escape_xml(a) *}","n":{* _escape_json(nothing) *}}',
      '{"a":"\\"<\\n","x":"&quot;&lt;\n","n":null}',
    ],
    ['although nothing is there', json, '', 'nobody{{ name }}', 'nobody'],
  ])('%s', async (_case, headers, body, template, expected) => {
    await using pair = await startTransforming({ request: { template } });
    const response = await pair.post(body, headers as unknown as Record<string, string>, '/?q=v');
    expect([response.statusCode, response.body]).toEqual([200, 'origin']);
    expect(pair.sent()).toBe(expected);
    expect(pair.upstream.requests[0]?.headers['content-length']).toBe(String(Buffer.byteLength(expected)));
  });

  test('by its query where it is a GET, whatever is configured', async () => {
    await using pair = await startTransforming({ request: { input_format: 'json', template: '{"name":"{{name}}"}' } });
    await pair.gateway.get('/?name=ann');
    expect(pair.sent()).toBe('{"name":"ann"}');
  });
});

describe('a template', () => {
  const template = '{"n":"{{name}}"}';
  test.each([
    ['may be in Base64', { template: base64(template), template_is_base64: true }, '{"n":"ann"}'],
    ['in Base64 is found out by the format', { template: base64(template), input_format: 'json' }, '{"n":"ann"}'],
    ['that is none stays as it is', { template, template_is_base64: true }, '{"n":"ann"}'],
    ['that only looks like it stays as it is for a form', { template: 'abcd', input_format: 'encoded' }, 'abcd'],
  ])('%s', async (_case, request, expected) => {
    await using pair = await startTransforming({ request });
    await pair.post(
      'input_format' in request && request.input_format === 'encoded' ? 'name=ann' : '{"name":"ann"}',
      json,
    );
    expect(pair.sent()).toBe(expected);
  });

  test('may change the fields and write them all', async () => {
    const code =
      "{%\n local core = require 'apisix.core'\n context.name = 'bar'\n context.address = nil\n" +
      ' context.age = context.age + 1\n local body = core.json.encode(context)\n%}{* body *}';
    await using pair = await startTransforming({ request: { template: base64(code), template_is_base64: true } });
    await pair.post('{"name":"foo","address":"LA","age":18}', json);
    expect(pair.sent()).toBe('{"name":"bar","age":19}');
  });
});

test.each([
  [{}, 'object matches none of the required: ["request"] or ["response"] or ["request","response"]'],
  [{ request: {} }, 'property "template" is required'],
  [{ request: { template: 'x', input_format: 'yaml' } }, 'matches none of the enum values'],
  [
    { request: { template: '{% while x do end %}' } },
    'property "request.template" cannot be compiled: line 1: "while" is not',
  ],
  [{ response: { template: base64('{{ a') + '', input_format: 'json' } }, undefined],
  [
    { response: { template: base64("{{ os.getenv('HOME') }}"), input_format: 'json' } },
    'property "response.template" cannot be compiled: line 1: "os" is not',
  ],
  [
    { response: { template: base64('{{ }}'), template_is_base64: true } },
    'cannot be compiled: line 1: expected an expression',
  ],
])('the configuration %j is refused: %s', async (config, message) => {
  const started = startTransforming(config);
  if (message !== undefined) await expect(started).rejects.toThrow(message);
  else await (await started)[Symbol.asyncDispose]();
});
