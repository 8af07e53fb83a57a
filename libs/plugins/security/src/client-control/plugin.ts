import { type BodyTransform, definePlugin, Refusal, reply } from '@sluice/plugin-kit';
import { clientControlSchema } from './schema.ts';

const tooLarge = reply(413);

/** Refuses bodies that announce too much at once, and the others as soon as they are too much. */
export const clientControl = definePlugin(clientControlSchema, ({ max_body_size: bytesMax = 0 }) => {
  if (bytesMax === 0) return {};
  return {
    rewrite({ request }) {
      if (request.bodyLength > bytesMax) return tooLarge;
      if (request.bodyLength < 0) request.transformBody(limitedTo(bytesMax));
      return undefined;
    },
  };
});

function limitedTo(bytesMax: number): BodyTransform {
  let size = 0;
  return {
    keepsBytes: true,
    chunk(data) {
      size += data.length;
      if (size > bytesMax) throw new Refusal(tooLarge);
      return data;
    },
    end: () => undefined,
  };
}
