import { constants, createGzip } from 'node:zlib';
import { definePlugin, streamTransform } from '@sluice/plugin-kit';
import { compressing } from '../shared/compression.ts';
import { gzipSchema } from './schema.ts';

/** Compresses by gzip (RFC 1952), flushed after each piece, so that slow answers are not held back. */
export const gzip = definePlugin(gzipSchema, (config) =>
  compressing(config, {
    name: 'gzip',
    isMeantByStar: true,
    create() {
      const stream = createGzip({ level: config.comp_level });
      return streamTransform(stream, (done) => stream.flush(constants.Z_SYNC_FLUSH, done));
    },
  }),
);
