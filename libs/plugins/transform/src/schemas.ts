import type { PluginSchema } from '@sluice/schema';
import { proxyRewriteSchema } from './proxy-rewrite/schema.ts';
import { brotliSchema } from './brotli/schema.ts';
import { echoSchema } from './echo/schema.ts';
import { faultInjectionSchema } from './fault-injection/schema.ts';
import { gzipSchema } from './gzip/schema.ts';
import { mockingSchema } from './mocking/schema.ts';
import { responseRewriteSchema } from './response-rewrite/schema.ts';
import { grpcTranscodeSchema } from './grpc-transcode/schema.ts';
import { grpcWebSchema } from './grpc-web/schema.ts';
import { bodyTransformerSchema } from './body-transformer/schema.ts';

/** The schemas of this family, for planes that do not run plugins. */
export const schemas: readonly PluginSchema[] = [
  proxyRewriteSchema,
  brotliSchema,
  echoSchema,
  faultInjectionSchema,
  gzipSchema,
  mockingSchema,
  responseRewriteSchema,
  grpcTranscodeSchema,
  grpcWebSchema,
  bodyTransformerSchema,
];
