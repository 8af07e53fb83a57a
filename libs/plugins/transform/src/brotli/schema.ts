import { definePluginSchema, Type } from '@sluice/schema';
import { compressionFields } from '../shared/compression.schema.ts';

const bits = [10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24];

/** What `brotli` can be told. */
export const brotliSchema = definePluginSchema({
  name: 'brotli',
  category: 'transform',
  priority: 996,
  phases: ['header_filter', 'body_filter'],
  title: 'Brotli',
  description: 'Compresses responses by Brotli for clients that accept it.',
  config: Type.Object({
    ...compressionFields,
    mode: Type.Integer({
      default: 0,
      minimum: 0,
      maximum: 2,
      title: 'Mode',
      description: 'What the bodies are: 0 anything, 1 text, 2 fonts.',
    }),
    comp_level: Type.Integer({
      default: 6,
      minimum: 0,
      maximum: 11,
      title: 'Level',
      description: 'From 0, quick, to 11, small. Levels above 6 cost much time.',
    }),
    lgwin: Type.Unsafe<number>({
      type: 'integer',
      enum: [0, ...bits],
      default: 19,
      title: 'Window',
      description: 'Size of the window, as a power of two; 0 leaves it to the compressor.',
    }),
    lgblock: Type.Unsafe<number>({
      type: 'integer',
      enum: [0, ...bits.filter((bit) => bit >= 16)],
      default: 0,
      title: 'Block',
      description: 'Largest size of a block, as a power of two; 0 leaves it to the compressor.',
    }),
  }),
});
