import { isIP } from 'node:net';
import { onDemand } from '@sluice/plugin-kit';
import { RedisError, refusedBy } from './redis-error.ts';
import type { RedisArgument, RedisReply } from './redis.ts';
import { addressText, type RedisAccess, type RedisAddress } from './settings.ts';

/** What a connection is opened with. */
export interface ConnectionOptions extends RedisAccess {
  readonly database?: number;
}

/** The library is loaded by who connects first: it would be a good part of a start. That is none of the time of a server. */
export const clientLibrary = onDemand(() => import('@redis/client'));

/** What a server says that is well, to a user who may do little. */
const mayNotPing = /^(?:NOPERM|ERR) /;

/** One connection to one server, until it is lost; it is not made again. */
export interface Connection {
  /** Answers are in the order of the commands. Rejects with a `RedisError`, which has a code where Redis has refused. */
  send(command: readonly RedisArgument[]): Promise<RedisReply>;
  destroy(): void;
}

/**
 * Connects and signs in; rejects with a `RedisError`. `lost` is called when the connection ends by itself.
 */
export async function connect(
  address: RedisAddress,
  options: ConnectionOptions,
  lost: () => void,
): Promise<Connection> {
  const { createClient, ErrorReply } = await clientLibrary();
  const where = addressText(address);
  const client = createClient({
    RESP: 2,
    socket: socketOptions(address, options),
    disableOfflineQueue: true,
    disableClientInfo: true,
    maintNotifications: 'disabled',
    ...credentials(options),
  });
  const errorFrom = (error: unknown): RedisError =>
    error instanceof ErrorReply ? refusedBy(where, error.message) : new RedisError(unreachable(where, error));
  // While it connects, an error is a rejection as well.
  client.on('error', () => {});
  // A server that takes the connection and then says nothing would be waited for without end.
  let silent: NodeJS.Timeout | undefined;
  client.once('connect', () => (silent = setTimeout(() => client.destroy(), options.timeoutMs)));
  try {
    await client.connect();
    // Without credentials nothing has been said yet, and a machine takes connections for a server that hangs.
    await client.sendCommand(['PING']).catch((error: unknown) => {
      if (!(error instanceof ErrorReply) || !mayNotPing.test(error.message)) throw error;
    });
  } catch (error) {
    if (client.isOpen) client.destroy();
    throw errorFrom(error);
  } finally {
    clearTimeout(silent);
  }
  client.on('error', lost);
  // A connection that somebody forgot to close must not keep the process.
  client.unref();
  const reject = (error: unknown): never => {
    throw errorFrom(error);
  };
  return {
    send: (command) => (client.sendCommand(command as RedisArgument[]) as Promise<RedisReply>).catch(reject),
    destroy: () => {
      client.off('error', lost);
      if (client.isOpen) client.destroy();
    },
  };
}

function credentials({ username, password, database = 0 }: ConnectionOptions) {
  return {
    ...(username !== undefined && { username }),
    ...(password !== undefined && password !== '' && { password }),
    ...(database > 0 && { database }),
  };
}

function socketOptions({ host, port }: RedisAddress, { tls, timeoutMs }: ConnectionOptions) {
  const plain = { host, port, connectTimeout: timeoutMs, reconnectStrategy: false as const };
  if (!tls) return plain;
  const name = tls.serverName ?? host;
  return {
    ...plain,
    tls: true as const,
    rejectUnauthorized: tls.verifies,
    ...(tls.ca !== undefined && { ca: tls.ca }),
    // RFC 6066: an address is no server name.
    ...(isIP(name) === 0 && { servername: name }),
  };
}

function unreachable(where: string, error: unknown): string {
  const why = error instanceof Error && 'code' in error ? String(error.code) : 'no answer';
  return `Redis at ${where} cannot be reached (${why}).`;
}
