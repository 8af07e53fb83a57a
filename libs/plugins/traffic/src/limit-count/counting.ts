import { RedisCounters } from '@sluice/counters';
import type { Kit, WindowState } from '@sluice/plugin-kit';
import type { PluginConfigOf } from '@sluice/schema';
import { redisOf } from '../shared/redis-of.ts';
import type { Demand } from './limits.ts';
import type { limitCountSchema } from './schema.ts';
import { SyncedWindows } from './synced-windows.ts';
import { costOf, fixedWindow, slidingWindow, withRequest } from './windows.ts';

/** How a limit counts: on the data plane at once, in Redis in a moment. Rejects where it cannot be counted. */
export interface Counting {
  hit(demand: Demand, isRehearsal: boolean): WindowState | Promise<WindowState>;
  dispose?(): void | Promise<void>;
}

type CountingKit = Pick<Kit, 'counters' | 'clock' | 'log' | 'every'>;

/** Counts where the configuration says. */
export function countingOf(config: PluginConfigOf<typeof limitCountSchema>, kit: CountingKit): Counting {
  const { window_type: kind, sync_interval: syncSeconds } = config;
  const local = kind === 'sliding' ? slidingWindow(kit) : fixedWindow(kit);
  const redis = redisOf(config, kit);
  if (!redis) return { hit: local };
  const shared = new RedisCounters(redis);
  if (syncSeconds === -1) {
    return {
      hit: async ({ counter, count, seconds }, isRehearsal) =>
        withRequest(await shared.hitWindow(kind, counter, count, seconds, costOf(isRehearsal)), isRehearsal),
      dispose: () => redis.close(),
    };
  }
  const windows = new SyncedWindows({ kind, shared, counters: kit.counters, clock: kit.clock, alone: local });
  kit.every(syncSeconds * 1000, () => windows.sync());
  return {
    hit: (demand, isRehearsal) => windows.hit(demand, isRehearsal),
    dispose: () => windows.sync().finally(() => redis.close()),
  };
}
