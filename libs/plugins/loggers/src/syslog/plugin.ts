import { definePlugin } from '@sluice/plugin-kit';
import { DatagramSink } from '../shared/datagram-sink.ts';
import { entryMakerFor, loggerHooks } from '../shared/logger-hooks.ts';
import { StreamSink } from '../shared/stream-sink.ts';
import { syslogMessage } from './message.ts';
import { syslogSchema } from './schema.ts';

/** Sends entries to a syslog server, each as a message of its own. */
export const syslog = definePlugin(syslogSchema, (config, kit) => {
  const { host, port, timeout: timeoutMs, flush_limit: pieceBytes } = config;
  const entryOf = entryMakerFor(config, kit);
  const stream = config.sock_type === 'tcp' ? new StreamSink({ host, port, usesTls: config.tls, timeoutMs }) : null;
  const datagrams = new DatagramSink({ plugin: 'syslog', host, port, timeoutMs }, kit);

  async function deliver(messages: readonly string[]): Promise<void> {
    if (stream === null) {
      // RFC 5426: a datagram holds one message.
      for (const message of messages) await datagrams.send(message);
      return;
    }
    let piece = '';
    for (const message of messages) {
      // RFC 6587, 3.4.2: messages end with a line feed, which JSON has none of.
      piece += `${message}\n`;
      if (piece.length < pieceBytes) continue;
      await stream.write(piece);
      piece = '';
    }
    if (piece !== '') await stream.write(piece);
  }

  const hooks = loggerHooks('syslog', config, kit, deliver, {
    entryOf: (ctx, bodies) =>
      syslogMessage(kit.clock.now(), ctx.variable('host'), JSON.stringify(entryOf(ctx, bodies))),
    pendingBytesMax: config.drop_limit,
  });
  return {
    ...hooks,
    async dispose() {
      await hooks.dispose?.();
      stream?.close();
      datagrams.close();
    },
  };
});
