import { compileTemplate, type Table } from '@sluice/templates';
import { describe, expect, test } from 'vitest';
import { bytesOfText } from './byte-text.ts';
import { MultipartBody } from './multipart-body.ts';

const type = 'multipart/form-data; boundary="x y"';
const file = Buffer.from([0x89, 0x50, 0xff, 0x00, 0x0d, 0x0a]);
const bodyOf = (...parts: (readonly [head: string, value: string | Buffer])[]): Buffer =>
  Buffer.concat([
    ...parts.flatMap(([head, value]) => [
      Buffer.from(`--x y\r\n${head}\r\n\r\n`),
      Buffer.from(value),
      Buffer.from('\r\n'),
    ]),
    Buffer.from('--x y--\r\n'),
  ]);
const named = (name: string) => `Content-Disposition: form-data; name="${name}"`;
const changed = (body: Buffer, code: string): Buffer => {
  const multipart = new MultipartBody(body, type);
  const template = compileTemplate(`{% ${code} %}{* _multipart:tostring() *}`);
  return bytesOfText(template.render(multipart.fields() as Table, { _multipart: multipart }));
};

describe('a body is refused', () => {
  test.each([
    ['without a boundary', bodyOf(), 'multipart/form-data', 'the content type names no boundary'],
    ['that breaks off', bodyOf([named('a'), '1']).subarray(0, -6), type, 'the last part does not end'],
    ['that is empty', Buffer.of(), type, 'the last part does not end'],
    ['with a part without a head', Buffer.from('--x y\r\nabc\r\n--x y--\r\n'), type, 'a part has no end of its head'],
    [
      'with too many parts',
      bodyOf(...Array.from({ length: 1001 }, () => [named('a'), ''] as const)),
      type,
      'more than 1000 parts',
    ],
  ])('%s', (_case, body, contentType, message) => {
    expect(() => new MultipartBody(body, contentType)).toThrow(message);
  });
});

test('the values are there by name', () => {
  const fields = new MultipartBody(bodyOf([named('a'), '1'], [named('é'), 'ü'], [named('a'), '2']), type).fields();
  expect([...fields.entries()]).toEqual([
    ['a', '2'],
    ['é', 'ü'],
  ]);
});

test('a name is not looked for in the quotes of another parameter', () => {
  const head = 'Content-Disposition: form-data; filename="a; name=b"; name="real"';
  const fields = new MultipartBody(bodyOf([head, '1'], ['X-A: ; name="c"', '2']), type).fields();
  expect([...fields.entries()]).toEqual([
    ['real', '1'],
    ['', '2'],
  ]);
});

test('what nobody touches stays byte by byte, also a file that is no text', () => {
  const body = bodyOf([named('a'), 'é'], [`${named('f')}; filename="p.png"\r\nContent-Type: image/png`, file]);
  expect(changed(body, '').equals(body)).toBe(true);
});

test('parts are set, added and deleted', () => {
  const body = bodyOf([named('a'), '1'], [named('b'), '2'], [named('f'), file]);
  const code =
    'context._multipart:set_simple("a", context.a + 1) _multipart:delete("b") _multipart:set_simple("new", "x", "n.txt", "text/plain")';
  const expected = bodyOf(
    [named('a'), '2'],
    [named('f'), file],
    [`${named('new')}; filename="n.txt"\r\nContent-Type: text/plain`, 'x'],
  );
  expect(changed(body, code).equals(expected)).toBe(true);
});

test('a name or type cannot end its line', () => {
  const text = changed(
    bodyOf(),
    '_multipart:set_simple("a\\"\\r\\nx: y", "1", "\\"\\n", "text/plain\\r\\nx: y")',
  ).toString();
  expect(text).not.toMatch(/^x: y/m);
  expect(text).toContain('name="a%22%0D%0Ax: y"; filename="%22%0A"');
});

test('one part is looked at, or all of one name', () => {
  const body = bodyOf([named('a'), '1'], [named('a'), '2']);
  const multipart = new MultipartBody(body, type);
  const template =
    '{* _multipart:get("a").value *}{* #_multipart:get_as_array("a") *}{* _multipart:get("b") *}{* _multipart:get_all().a *}';
  expect(compileTemplate(template).render(multipart.fields(), { _multipart: multipart })).toBe('122');
});
