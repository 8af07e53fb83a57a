import { describe, expect, test } from 'vitest';
import { referencesIn, withSecrets } from './references-in.ts';
import { parseReference } from './secret-reference.ts';

describe('a reference', () => {
  test.each([
    ['$secret://', 'no secret manager is named'],
    ['$secret:///1/a/b', 'no secret manager is named'],
    ['$secret://vault', 'no id of a secret resource is named'],
    ['$secret://vault//a/b', 'no id of a secret resource is named'],
    ['$secret://vault/1', 'it must end in the name of a secret and a key of it'],
    ['$secret://vault/1/jack', 'it must end in the name of a secret and a key of it'],
    ['$secret://vault/1/jack/', 'it must end in the name of a secret and a key of it'],
    ['$secret://vault/1/../other/key', 'it leads out of its store'],
    ['$secret://vault/1/jack/./../../other/key', 'it leads out of its store'],
    ['$SECRET://vault/1/jack/key', 'the scheme must be written $secret://'],
    ['$env://', 'no variable is named'],
    ['$env:///key', 'no variable is named'],
  ])('%s is malformed: %s', (text, reason) => {
    expect(() => parseReference(text)).toThrow(
      expect.objectContaining({ code: 'SECRET_REFERENCE_INVALID', detail: `${text}: ${reason}` }),
    );
  });

  test.each(['', 'plain', '$env:/A', ' $env://A', 'x$secret://vault/1/a/b', '$http_x'])(
    'is not what "%s" is',
    (text) => {
      expect(parseReference(text)).toBeUndefined();
    },
  );

  test('names a store, a secret that may have slashes, and a key', () => {
    expect(parseReference('$secret://vault/prod/team/jack/auth-key')).toEqual({
      store: 'managed',
      resourceId: 'vault/prod',
      name: 'team/jack',
      key: 'auth-key',
    });
  });

  test('names a variable in a scheme of any case, and perhaps a field of its JSON', () => {
    expect(parseReference('$ENV://DB')).toEqual({ store: 'env', name: 'DB', jsonKey: undefined });
    expect(parseReference('$env://DB/user')).toEqual({ store: 'env', name: 'DB', jsonKey: 'user' });
  });
});

describe('references in a configuration', () => {
  const value = { a: ['$env://A', { b: '$env://B', c: 1 }], d: '$env://A', e: { f: null } };

  test('are found at any depth, each once', () => {
    expect([...referencesIn(value)]).toEqual(['$env://A', '$env://B']);
  });

  test('are replaced in a copy, which shares what holds none', () => {
    const copy = withSecrets(value, (reference) => reference.slice(-1).toLowerCase());

    expect(copy).toEqual({ a: ['a', { b: 'b', c: 1 }], d: 'a', e: { f: null } });
    expect(copy.e).toBe(value.e);
    expect(value.d).toBe('$env://A');
  });

  test('cost a configuration without any not even a copy', () => {
    const plain = { a: [1, { b: 'c' }] };
    expect(withSecrets(plain, () => 'never')).toBe(plain);
  });
});
