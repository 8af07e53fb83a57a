import type { Log } from '@sluice/plugin-kit';
import { type FindServer, RedisLink } from './redis-link.ts';
import { runScript } from './redis-script.ts';
import type { Redis, RedisArgument, RedisReply, RedisScript } from './redis.ts';
import { masterFinder } from './sentinels.ts';
import type { SentinelRedis, SingleRedis } from './settings.ts';

/** One server, wherever it is just now. */
class OneServer implements Redis {
  readonly #link: RedisLink;

  constructor(link: RedisLink) {
    this.#link = link;
  }

  send(_key: string, command: readonly RedisArgument[]): Promise<RedisReply> {
    return this.#link.send(command);
  }

  run(script: RedisScript, key: string, args: readonly (string | number)[]): Promise<RedisReply> {
    return runScript((_key, command) => this.#link.send(command), script, key, args);
  }

  close(): void {
    this.#link.close();
  }
}

/** A server that stays where it is, or a master that sentinels know. */
export function singleRedis(settings: SingleRedis | SentinelRedis, log: Log): Redis {
  const { host, port } = settings.mode === 'single' ? settings : { host: '', port: 0 };
  const find: FindServer = settings.mode === 'single' ? async () => ({ host, port }) : masterFinder(settings);
  return new OneServer(new RedisLink(find, settings, log));
}
