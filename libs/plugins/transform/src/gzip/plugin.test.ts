import { startGateway } from '@sluice/testing';
import { expect, test } from 'vitest';
import { gzip } from './plugin.ts';

// What it does, and what is refused of both ways, is promised for both ways to compress at once, in shared/compression.test.ts.
test.each([
  [{ comp_level: 0 }, 'property "comp_level" validation failed'],
  [{ comp_level: 10 }, 'property "comp_level" validation failed'],
  [{ buffers: { size: 0 } }, 'property "buffers" validation failed'],
])('the configuration %j is refused', async (config, message) => {
  const route = { uri: '/', upstream: 'http://127.0.0.1:1', plugins: { gzip: config } };
  await expect(startGateway([gzip], route)).rejects.toThrow(message);
});
