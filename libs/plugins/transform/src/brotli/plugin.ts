import { constants, createBrotliCompress } from 'node:zlib';
import { definePlugin, streamTransform } from '@sluice/plugin-kit';
import { compressing } from '../shared/compression.ts';
import { brotliSchema } from './schema.ts';

/** Compresses by Brotli (RFC 7932), flushed after each piece, so that slow answers are not held back. */
export const brotli = definePlugin(brotliSchema, (config) => {
  const params = {
    [constants.BROTLI_PARAM_MODE]: config.mode,
    [constants.BROTLI_PARAM_QUALITY]: config.comp_level,
    [constants.BROTLI_PARAM_LGBLOCK]: config.lgblock,
    ...(config.lgwin > 0 && { [constants.BROTLI_PARAM_LGWIN]: config.lgwin }),
  };
  return compressing(config, {
    name: 'br',
    isMeantByStar: true,
    create() {
      const stream = createBrotliCompress({ params });
      return streamTransform(stream, (done) => stream.flush(constants.BROTLI_OPERATION_FLUSH, done));
    },
  });
});
