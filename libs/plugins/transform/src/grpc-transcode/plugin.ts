import { definePlugin, onDemand } from '@sluice/plugin-kit';
import { grpcTranscodeSchema } from './schema.ts';
import type { Transcoder } from './transcoder.ts';

/** The library for protobuf is loaded by the first request that needs it. */
const transcoding = onDemand(() => import('./transcoder.ts'));

/** JSON over HTTP becomes a call of gRPC, and its answer becomes JSON. */
export const grpcTranscode = definePlugin(grpcTranscodeSchema, (config, { log, resource }) => {
  const proto = resource('proto', String(config.proto_id), ({ content }) => ({ content }));
  let made: Transcoder | undefined;

  return {
    access(ctx) {
      if (made) return made.access(ctx);
      const module = transcoding();
      const access = ({ transcoder }: Awaited<typeof module>) => (made ??= transcoder(config, proto, log)).access(ctx);
      return module instanceof Promise ? module.then(access) : access(module);
    },
    responseHeader: (ctx) => made?.responseHeader(ctx),
    responseBody: (ctx) => made?.responseBody(ctx),
  };
});
