import protobuf from 'protobufjs';
import 'protobufjs/ext/descriptor/index.js';
import { describe, expect, test } from 'vitest';
import { checkProto } from './read-proto.ts';

const hello = `syntax = "proto3";
package hello;
message Request { string name = 1; }
message Reply { int32 code = 1; }
service Hello { rpc Say (Request) returns (Reply) {} }`;

const importing = (path: string) => hello.replace('package hello;', `package hello;\nimport "${path}";`);

describe('content that no plugin could use is refused', () => {
  test.each([
    ['text that is no proto', 'hello', /illegal token/],
    [
      'two fields with one number',
      hello.replace('string name = 1;', 'string name = 1; string again = 1;'),
      /duplicate id 1/,
    ],
    ['a type that is not there', hello.replace('returns (Reply)', 'returns (Nobody)'), /no such.*Nobody/],
    ['a file that is not there', importing('other.proto'), /other\.proto/],
    ['a file of the machine', importing('../../etc/passwd'), /etc\/passwd/],
    ['a file cut off in its middle', hello.slice(0, 60), /illegal|unexpected|end/i],
    ['base64 of something else', Buffer.from('some text, and no descriptor').toString('base64'), /illegal token/],
  ])('%s', (_what, content, reason) => {
    expect(checkProto(content)).toMatch(reason);
  });

  test('a name cannot reach the prototype of all objects', () => {
    checkProto('syntax = "proto3"; option (a).__proto__.polluted = "yes"; message A {}');

    expect({}).not.toHaveProperty('polluted');
  });
});

test('a file is taken, also with what every compiler knows', () => {
  expect(checkProto(hello)).toBeUndefined();
  const withTime = `${importing('google/protobuf/timestamp.proto')} message At { google.protobuf.Timestamp t = 1; }`;
  expect(checkProto(withTime)).toBeUndefined();
});

test('a set of descriptors is taken in base64', () => {
  const root = protobuf.parse(hello, { keepCase: true }).root as unknown as Described;
  const bytes = root.toDescriptor('proto3').$type.encode(root.toDescriptor('proto3')).finish();

  expect(checkProto(Buffer.from(bytes).toString('base64'))).toBeUndefined();
});

interface Described {
  toDescriptor(syntax: string): protobuf.Message & { $type: protobuf.Type };
}
