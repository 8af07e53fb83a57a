import { connect } from './connection.ts';
import { RedisError } from './redis-error.ts';
import type { FindServer } from './redis-link.ts';
import type { RedisAddress, SentinelRedis } from './settings.ts';

/**
 * Asks sentinels one after the other for the master; the one that answered is asked first the next time. A master that has
 * just failed is named until the sentinels agree on another: whoever connects to it in vain asks again.
 */
export function masterFinder(settings: SentinelRedis): FindServer {
  let order = settings.sentinels;
  return async () => {
    let failure = new RedisError(`No sentinel knows a master ${settings.master}.`);
    for (const sentinel of order) {
      try {
        const master = await askSentinel(sentinel, settings);
        if (!master) continue;
        order = [sentinel, ...order.filter((other) => other !== sentinel)];
        return master;
      } catch (error) {
        if (error instanceof RedisError) failure = error;
      }
    }
    throw failure;
  };
}

/** Nothing is kept open: sentinels are asked only when a master is lost. */
async function askSentinel(sentinel: RedisAddress, settings: SentinelRedis): Promise<RedisAddress | undefined> {
  const { sentinelUsername: username, sentinelPassword: password, tls, timeoutMs, master } = settings;
  const connection = await connect(sentinel, { username, password, tls, timeoutMs }, () => undefined);
  const silent = setTimeout(() => connection.destroy(), timeoutMs);
  try {
    const reply = await connection.send(['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', master]);
    if (!Array.isArray(reply)) return undefined;
    const [host, port] = reply as readonly string[];
    return host === undefined ? undefined : { host, port: Number(port) };
  } finally {
    clearTimeout(silent);
    connection.destroy();
  }
}
