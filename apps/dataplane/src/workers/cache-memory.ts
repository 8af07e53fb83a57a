import { join } from 'node:path';
import { DiskZone, MemoryZone, readFolder, type ZoneMemory } from '@sluice/http-cache';
import type { CacheZone, Log } from '@sluice/plugin-kit';
import { cacheZoneSpecs, type CacheZoneSpec, type SettingsValues } from '@sluice/settings';
import type { dataPlaneSettings } from '../config/settings.ts';

type Values = Pick<SettingsValues<typeof dataPlaneSettings>, 'proxy_cache' | 'data_dir'>;

/** The memory of each zone of the cache, by name; it outlives each worker. */
export type CacheMemory = ReadonlyMap<string, ZoneMemory>;

/** Makes the memory of all zones, and looks for what an earlier process has left on disk. */
export function createCacheMemory(settings: Values, log: Log): CacheMemory {
  const memory = new Map<string, ZoneMemory>();
  for (const spec of cacheZoneSpecs(settings)) {
    const zone = spec.disk
      ? DiskZone.createMemory(spec.memoryBytes, spec.disk.bytes)
      : MemoryZone.createMemory(spec.memoryBytes);
    memory.set(spec.name, zone);
    if (spec.disk) void readFolder({ ...folderOf(spec.disk, settings), memory: zone }, log);
  }
  return memory;
}

/** Takes part in all zones. */
export function openCacheZones(settings: Values, memory: CacheMemory, log: Log): ReadonlyMap<string, CacheZone> {
  const zones = new Map<string, CacheZone>();
  for (const { name, ttlMs, disk } of cacheZoneSpecs(settings)) {
    const zone = memory.get(name);
    if (zone === undefined) continue;
    const common = { name, ttlMs, clock: Date, memory: zone };
    if (disk === null) zones.set(name, new MemoryZone(common));
    else zones.set(name, new DiskZone({ ...common, ...folderOf(disk, settings), bytesMax: disk.bytes, log }));
  }
  return zones;
}

function folderOf(disk: NonNullable<CacheZoneSpec['disk']>, { data_dir: dataDir }: Values) {
  return { path: disk.path.startsWith('/') ? disk.path : join(dataDir, disk.path), levels: disk.levels };
}
