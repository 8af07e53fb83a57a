import { definePluginSchema, Type } from '@sluice/schema';
import { compressionFields } from '../shared/compression.schema.ts';

/** What `gzip` can be told. */
export const gzipSchema = definePluginSchema({
  name: 'gzip',
  category: 'transform',
  priority: 995,
  phases: ['header_filter'],
  title: 'gzip',
  description: 'Compresses responses by gzip for clients that accept it.',
  config: Type.Object({
    ...compressionFields,
    comp_level: Type.Integer({
      default: 1,
      minimum: 1,
      maximum: 9,
      title: 'Level',
      description: 'From 1, quick, to 9, small.',
    }),
    buffers: Type.Object(
      {
        number: Type.Integer({ default: 32, minimum: 1, title: 'Number', description: 'How many buffers.' }),
        size: Type.Integer({ default: 4096, minimum: 1, title: 'Size', description: 'Bytes of a buffer.' }),
      },
      {
        default: { number: 32, size: 4096 },
        title: 'Buffers',
        description: 'Taken for compatibility, without effect: a response is compressed as it streams.',
      },
    ),
  }),
});
