import { startGateway } from '@sluice/testing';
import { expect, test } from 'vitest';
import { brotli } from './plugin.ts';

// What it does is promised for both ways to compress at once, in shared/compression.test.ts.
test.each([
  [{ types: [] }, 'property "types" validation failed'],
  [{ types: 'text/html' }, 'property "types" validation failed'],
  [{ min_length: 0 }, 'property "min_length" validation failed'],
  [{ http_version: 2 }, 'property "http_version" validation failed'],
  [{ comp_level: 12 }, 'property "comp_level" validation failed'],
  [{ vary: 'yes' }, 'property "vary" validation failed'],
])('the configuration %j is refused', async (config, message) => {
  const route = { uri: '/', upstream: 'http://127.0.0.1:1', plugins: { brotli: config } };
  await expect(startGateway([brotli], route)).rejects.toThrow(message);
});
