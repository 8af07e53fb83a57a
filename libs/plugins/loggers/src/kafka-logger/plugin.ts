import { definePlugin } from '@sluice/plugin-kit';
import type { Fields } from '../shared/log-entry.ts';
import { entriesLost, entryMakerFor, loggerHooks } from '../shared/logger-hooks.ts';
import { KafkaSink } from './kafka-sink.ts';
import { requestText } from './request-text.ts';
import { kafkaLoggerSchema } from './schema.ts';

/** Sends entries to Kafka: a batch is one message. */
export const kafkaLogger = definePlugin(kafkaLoggerSchema, (config, kit) => {
  const sink = new KafkaSink(config, entriesLost('kafka-logger', config.name, kit));
  const isOrigin = config.meta_format === 'origin';
  const hooks = loggerHooks<Fields | string>(
    'kafka-logger',
    config,
    kit,
    (batch) => sink.send({ value: messageOf(batch, config.batch_max_size === 1), entries: batch.length }),
    { entryOf: isOrigin ? requestText : entryMakerFor(config, kit) },
  );
  return {
    ...hooks,
    async dispose() {
      await hooks.dispose?.();
      await sink.close();
    },
  };
});

function messageOf(batch: readonly (Fields | string)[], isSingle: boolean): string {
  const content = isSingle ? batch[0] : batch;
  return typeof content === 'string' ? content : JSON.stringify(content);
}
