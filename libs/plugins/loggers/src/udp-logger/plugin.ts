import { definePlugin } from '@sluice/plugin-kit';
import { DatagramSink } from '../shared/datagram-sink.ts';
import { loggerHooks } from '../shared/logger-hooks.ts';
import { udpLoggerSchema } from './schema.ts';

/** Sends entries to a service over UDP: a batch is one datagram. */
export const udpLogger = definePlugin(udpLoggerSchema, (config, kit) => {
  const { host, port, timeout } = config;
  const sink = new DatagramSink({ plugin: 'udp-logger', host, port, timeoutMs: timeout * 1000 }, kit);
  const hooks = loggerHooks('udp-logger', config, kit, (batch) =>
    sink.send(JSON.stringify(config.batch_max_size === 1 ? batch[0] : batch)),
  );
  return {
    ...hooks,
    async dispose() {
      await hooks.dispose?.();
      sink.close();
    },
  };
});
