import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { definePlugin } from '@sluice/plugin-kit';
import { loggerHooks } from '../shared/logger-hooks.ts';
import { udpLoggerSchema } from './schema.ts';

/** Sends entries to a service over UDP: a batch is one datagram. */
export const udpLogger = definePlugin(udpLoggerSchema, (config, kit) => {
  const { host, port, timeout } = config;
  let socket: Socket | null = null;

  function opened(): Socket {
    const made = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
    // Without a listener, an error that comes later (nobody at the port) would end the worker.
    made.on('error', (error) =>
      kit.log.warn('a socket of a logger failed', { plugin: 'udp-logger', error: error.message }),
    );
    return made.unref();
  }

  const hooks = loggerHooks('udp-logger', config, kit, (batch) => {
    const message = Buffer.from(JSON.stringify(config.batch_max_size === 1 ? batch[0] : batch));
    socket ??= opened();
    return sent(socket, message, { host, port, timeoutMs: timeout * 1000 });
  });
  return {
    ...hooks,
    async dispose() {
      await hooks.dispose?.();
      socket?.close();
    },
  };
});

interface Destination {
  readonly host: string;
  readonly port: number;
  readonly timeoutMs: number;
}

/** Looking up a name is what takes time. */
function sent(socket: Socket, message: Buffer, { host, port, timeoutMs }: Destination): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('sending took too long')), timeoutMs).unref();
    socket.send(message, port, host, (error) => {
      clearTimeout(timer);
      if (error) reject(error);
      else resolve();
    });
  });
}
