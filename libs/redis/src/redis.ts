/** A part of a command. Text is sent as UTF-8. */
export type RedisArgument = string | Buffer;

/** What Redis answers: texts, whole numbers, lists of them. */
export type RedisReply = string | number | null | readonly RedisReply[];

/** A Lua program that Redis runs in one step. It may touch one key, `KEYS[1]`. */
export interface RedisScript {
  readonly text: string;
  /** SHA-1 of the text in hex, by which Redis knows it. */
  readonly sha: string;
}

/** A connection to Redis that is kept, lost and made again by itself. */
export interface Redis {
  /**
   * Sends one command, which is about `key`: in a cluster, the key decides who is asked. Rejects with a `RedisError`: at once
   * while Redis is known to be away, and when there is no answer in time. The command may have been carried out all the same.
   */
  send(key: string, command: readonly RedisArgument[]): Promise<RedisReply>;
  /** Runs a script on a key; it is sent whole only to a server that does not know it. */
  run(script: RedisScript, key: string, args: readonly (string | number)[]): Promise<RedisReply>;
  /** Lets go of it. The connection ends when nobody else has it. */
  close(): void;
}
