import { expect, test } from 'vitest';
import { cacheSettings, cacheZoneSpecs, checkCacheZone } from './cache-settings.ts';
import { loadSettings } from './load-settings.ts';
import { SettingsError } from './load-settings.ts';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const usual = loadSettings(cacheSettings, { env: {} });

async function load(proxyCache: object) {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-cache-settings-'));
  try {
    const file = join(folder, 'settings.yaml');
    await writeFile(file, JSON.stringify({ proxy_cache: proxyCache }));
    return loadSettings(cacheSettings, { env: {}, file });
  } finally {
    await rm(folder, { recursive: true });
  }
}

test.each([
  [{ zones: [] }],
  [{ zones: [{ name: 'a', memory_size: '50 m' }] }],
  [{ zones: [{ name: 'a', memory_size: '50m', disk_size: '1G' }] }],
  [{ zones: [{ name: 'a', memory_size: '1m', disk_size: '1G', disk_path: 'a', cache_levels: '4:4' }] }],
  [{ zones: [{ name: 'a', memory_size: '50m' }], cache_ttl: 'soon' }],
])('a cache that cannot be made is refused: %j', async (proxyCache) => {
  await expect(load(proxyCache)).rejects.toThrow(SettingsError);
});

test('a zone that is not there, or of the other kind, is told apart', () => {
  expect(checkCacheZone(usual, 'nowhere', 'disk')).toBe('cache_zone nowhere not found');
  const wrong = 'invalid or empty cache_zone for cache_strategy: memory';
  expect(checkCacheZone(usual, 'disk_cache_one', 'memory')).toBe(wrong);
  expect(checkCacheZone(usual, 'memory_cache', 'memory')).toBeUndefined();
});

test('sizes and times are read as nginx writes them', async () => {
  const disk = { name: 'd', memory_size: '512k', disk_size: '2G', disk_path: '/var/cache', cache_levels: '1:2' };
  const settings = await load({ cache_ttl: '2m', zones: [disk, { name: 'm', memory_size: '1000' }] });
  expect(cacheZoneSpecs(settings)).toEqual([
    {
      name: 'd',
      memoryBytes: 512 * 1024,
      ttlMs: 120_000,
      disk: { path: '/var/cache', bytes: 2 * 1024 ** 3, levels: [1, 2] },
    },
    { name: 'm', memoryBytes: 1000, ttlMs: 120_000, disk: null },
  ]);
});
