import { expect, test } from 'vitest';
import { apisixEncryption } from './apisix-encryption.ts';

const patterns: Readonly<Record<string, readonly string[]>> = {
  consumer: ['plugins.*.password', 'plugins.*.keys'],
  ssl: ['key', 'keys'],
};
const ring = ['edd1c9f0985e76a2', 'qeddd145sfvddff3'];
const encryptionWith = (keyring: readonly string[]) => apisixEncryption(keyring, (kind) => patterns[kind] ?? []);
const bytesOf = (value: unknown) => Buffer.from(JSON.stringify(value));
const textOf = (bytes: string | Uint8Array) => Buffer.from(bytes).toString();

test('a key of another length is refused, and not repeated', () => {
  const build = () => encryptionWith(['too short']);

  expect(build).toThrow(expect.objectContaining({ code: 'ETCD_SETTINGS' }));
  expect(build).not.toThrow(/too short/);
});

test('an empty key ring is refused', () => {
  expect(() => encryptionWith([])).toThrow(expect.objectContaining({ code: 'ETCD_SETTINGS' }));
});

test('a text that no key opens is read as it stands', () => {
  const { decode } = encryptionWith(['another-key-here']);
  const body = bytesOf({ plugins: { 'basic-auth': { password: '77+NmbYqNfN+oLm0aX5akg==' } } });

  expect(decode('consumer', 'jack', body)).toBe(body);
});

test('a value that is not JSON is read as it stands', () => {
  const body = Buffer.from('init_dir');

  expect(encryptionWith(ring).decode('consumer', 'jack', body)).toBe(body);
});

test('secrets are written as APISIX writes them', () => {
  const body = bytesOf({ plugins: { 'basic-auth': { password: 'bar', username: 'foo' } }, username: 'jack' });

  expect(textOf(encryptionWith(ring).encode('consumer', 'jack', body))).toBe(
    '{"plugins":{"basic-auth":{"password":"77+NmbYqNfN+oLm0aX5akg==","username":"foo"}},"username":"jack"}',
  );
});

test('what an older key has written is still read', () => {
  const old = encryptionWith(['qeddd145sfvddff3']);
  const body = bytesOf({ plugins: { 'basic-auth': { password: 'bär' } } });

  expect(
    textOf(encryptionWith(ring).decode('consumer', 'jack', Buffer.from(old.encode('consumer', 'jack', body)))),
  ).toBe(textOf(body));
});

test('writing and reading give back the very bytes that the digest is about', () => {
  const { encode, decode } = encryptionWith(ring);
  const body = bytesOf({
    cert: 'C',
    key: '---KEY---\n',
    keys: ['---A---', '', 'x'.repeat(100)],
    num: 1.5,
    snis: ['a'],
  });

  const written = encode('ssl', '1', body);

  expect(textOf(written)).not.toContain('---KEY---');
  expect(textOf(written)).not.toContain('---A---');
  expect(textOf(decode('ssl', '1', Buffer.from(written)))).toBe(textOf(body));
});

test('references to secrets stay readable', () => {
  const body = bytesOf({ cert: '$env://CERT', key: '$secret://vault/1/key' });

  expect(encryptionWith(ring).encode('ssl', '1', body)).toBe(body);
});

test('a kind without secrets is left alone, byte for byte', () => {
  const body = Buffer.from('{ "b": 1, "a": 2 }');

  expect(encryptionWith(ring).encode('route', '1', body)).toBe(body);
  expect(encryptionWith(ring).decode('route', '1', body)).toBe(body);
});
