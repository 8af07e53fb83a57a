import type { AnyPlugin } from '@sluice/plugin-kit';
import { proxyRewrite } from './proxy-rewrite/plugin.ts';
import { brotli } from './brotli/plugin.ts';
import { echo } from './echo/plugin.ts';
import { faultInjection } from './fault-injection/plugin.ts';
import { gzip } from './gzip/plugin.ts';
import { mocking } from './mocking/plugin.ts';
import { responseRewrite } from './response-rewrite/plugin.ts';
import { grpcTranscode } from './grpc-transcode/plugin.ts';
import { grpcWeb } from './grpc-web/plugin.ts';
import { bodyTransformer } from './body-transformer/plugin.ts';

/** The plugins of this family. */
export const plugins: readonly AnyPlugin[] = [
  proxyRewrite,
  brotli,
  echo,
  faultInjection,
  gzip,
  mocking,
  responseRewrite,
  grpcTranscode,
  grpcWeb,
  bodyTransformer,
];
