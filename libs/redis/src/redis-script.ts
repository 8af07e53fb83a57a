import { createHash } from 'node:crypto';
import { RedisError } from './redis-error.ts';
import type { Redis, RedisReply, RedisScript } from './redis.ts';

/** Prepares a script for `run`. */
export function redisScript(text: string): RedisScript {
  return { text, sha: createHash('sha1').update(text).digest('hex') };
}

/** Runs a script by its digest, and by its text where the server has not seen it or has forgotten it. */
export async function runScript(
  send: Redis['send'],
  { text, sha }: RedisScript,
  key: string,
  args: readonly (string | number)[],
): Promise<RedisReply> {
  const rest = ['1', key, ...args.map(String)];
  try {
    return await send(key, ['EVALSHA', sha, ...rest]);
  } catch (error) {
    if (!(error instanceof RedisError) || error.code !== 'NOSCRIPT') throw error;
    return send(key, ['EVAL', text, ...rest]);
  }
}
