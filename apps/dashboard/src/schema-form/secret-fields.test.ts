import { secretPointers, setPointer } from '@sluice/schema';
import { expect, test } from 'vitest';
import { isSecretField } from './secret-fields.ts';

const patterns = ['token', 'keys', 'brokers.sasl_config.password', 'collector.request_headers.*'];

test.each([
  ['/token', true],
  ['/keys/0', true],
  ['/brokers/1/sasl_config/password', true],
  ['/collector/request_headers/authorization', true],
  ['/brokers/1/sasl_config/user', false],
  ['/brokers/1/sasl_config', false],
  ['/other/token', false],
  ['/collector/request_headers', false],
  ['/uri', false],
])('whether %s is secret is said before anything stands in it', (pointer, isSecret) => {
  expect(isSecretField(pointer, patterns)).toBe(isSecret);
});

test('what is stored and masked is secret in the form as well', () => {
  const value = { keys: ['', ''], brokers: [{ sasl_config: {} }], collector: { request_headers: {} } };
  const filled = ['/token', '/keys/1', '/brokers/0/sasl_config/password', '/collector/request_headers/a'].reduce(
    (at: unknown, pointer) => setPointer(at, pointer, 'x'),
    value,
  );

  const masked = secretPointers(filled, patterns);

  expect(masked).toHaveLength(5);
  expect(masked.filter((pointer) => !isSecretField(pointer, patterns))).toEqual([]);
});
