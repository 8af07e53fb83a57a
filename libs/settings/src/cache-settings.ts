import Type from 'typebox';
import { defineSettings, type SettingsValues } from './define-settings.ts';

const size = (description: string) => Type.String({ pattern: '^[0-9]+[kKmMgG]?$', description });

const MemoryZone = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100, description: 'What plugins call it by.' }),
    memory_size: size('Room for answers, such as `50m`.'),
  },
  { additionalProperties: false },
);

const DiskZone = Type.Object(
  {
    ...MemoryZone.properties,
    disk_size: size('Room for answers on disk, such as `1G`.'),
    disk_path: Type.String({
      minLength: 1,
      description: 'Folder, in the data directory unless it begins with a slash.',
    }),
    cache_levels: Type.String({
      pattern: '^[12](:[12]){0,2}$',
      description: 'Lengths of the names of folders within.',
    }),
  },
  { additionalProperties: false },
);

const ONE_KIB = 1024;
const factors: Readonly<Record<string, number>> = { k: ONE_KIB, m: ONE_KIB ** 2, g: ONE_KIB ** 3 };
const secondsOf: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Where answers of upstreams are kept. Data planes make the zones; the control plane refuses what names no zone. */
export const cacheSettings = defineSettings({
  proxy_cache: {
    env: null,
    schema: Type.Object(
      {
        cache_ttl: Type.String({ default: '10s', pattern: '^[0-9]+[smhd]?$' }),
        zones: Type.Array(Type.Union([DiskZone, MemoryZone]), { minItems: 1 }),
      },
      {
        additionalProperties: false,
        default: {
          cache_ttl: '10s',
          zones: [
            {
              name: 'disk_cache_one',
              memory_size: '50m',
              disk_size: '1G',
              disk_path: 'cache/disk_cache_one',
              cache_levels: '1:2',
            },
            { name: 'memory_cache', memory_size: '50m' },
          ],
        },
        description:
          'The cache: `zones` with a `name` and `memory_size`; those on disk also with `disk_size`, `disk_path` (in the data ' +
          'directory unless it begins with a slash) and `cache_levels` (`1:2`). `cache_ttl` is for how long zones on disk ' +
          'keep answers that do not say. All data planes of a control plane, and that itself, must have the same names.',
      },
    ),
  },
});

/** What the settings say of the cache. */
export type CacheSettings = SettingsValues<typeof cacheSettings>;

/** A zone as a process needs it. */
export interface CacheZoneSpec {
  readonly name: string;
  readonly memoryBytes: number;
  /** Null for one in memory. */
  readonly disk: { readonly path: string; readonly bytes: number; readonly levels: readonly number[] } | null;
  readonly ttlMs: number;
}

/** The zones that the settings name; the last of a name counts. */
export function cacheZoneSpecs({ proxy_cache: { cache_ttl: ttl = '10s', zones } }: CacheSettings): CacheZoneSpec[] {
  const specs = zones.map((zone): CacheZoneSpec => {
    const common = { name: zone.name, memoryBytes: bytesOf(zone.memory_size), ttlMs: millisecondsOf(ttl) };
    if (!('disk_path' in zone)) return { ...common, disk: null };
    const levels = zone.cache_levels.split(':').map(Number);
    return { ...common, disk: { path: zone.disk_path, bytes: bytesOf(zone.disk_size), levels } };
  });
  return [...new Map(specs.map((spec) => [spec.name, spec])).values()];
}

/** What is wrong with a zone that a plugin names, for what it wants to do with it. */
export function checkCacheZone(settings: CacheSettings, zone: string, strategy: string): string | undefined {
  const spec = cacheZoneSpecs(settings).find(({ name }) => name === zone);
  if (spec === undefined) return `cache_zone ${zone} not found`;
  const isRight = (spec.disk === null) === (strategy === 'memory');
  return isRight ? undefined : `invalid or empty cache_zone for cache_strategy: ${strategy}`;
}

/** `50m`, `1G`: as nginx writes sizes. */
function bytesOf(text: string): number {
  const unit = text.at(-1)?.toLowerCase() ?? '';
  return Number.parseInt(text, 10) * (factors[unit] ?? 1);
}

/** `10s`, `1h`: as nginx writes times. */
function millisecondsOf(text: string): number {
  return Number.parseInt(text, 10) * (secondsOf[text.at(-1) ?? ''] ?? 1) * 1000;
}
