import { startGateway } from '@sluice/testing';
import { expect, test } from 'vitest';
import { brotli } from './plugin.ts';

// What it does, and what is refused of both ways, is promised for both ways to compress at once, in shared/compression.test.ts.
test.each([
  [{ comp_level: 12 }, 'property "comp_level" validation failed'],
  [{ mode: 3 }, 'property "mode" validation failed'],
  [{ lgwin: 9 }, 'property "lgwin" validation failed'],
  [{ lgblock: 15 }, 'property "lgblock" validation failed'],
])('the configuration %j is refused', async (config, message) => {
  const route = { uri: '/', upstream: 'http://127.0.0.1:1', plugins: { brotli: config } };
  await expect(startGateway([brotli], route)).rejects.toThrow(message);
});
