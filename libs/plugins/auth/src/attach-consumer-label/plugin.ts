import { definePlugin } from '@sluice/plugin-kit';
import { attachConsumerLabelSchema } from './schema.ts';

/** Tells the upstream what the consumer is labelled with. */
export const attachConsumerLabel = definePlugin(attachConsumerLabelSchema, ({ headers }) => {
  const attached = Object.entries(headers).map(([name, value]) => ({
    name,
    field: name.toLowerCase(),
    label: value.slice(1),
  }));

  return {
    beforeProxy({ request, consumer }) {
      for (const { name, field, label } of attached) {
        const labels = consumer?.labels;
        const value = labels && Object.hasOwn(labels, label) ? labels[label] : undefined;
        // What the client claims under this name must not pass for a label.
        if (value === undefined) request.headers.remove(field);
        else request.headers.set(name, value);
      }
      return undefined;
    },
  };
});
