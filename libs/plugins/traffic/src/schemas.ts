import type { PluginSchema } from '@sluice/schema';
import { apiBreakerSchema } from './api-breaker/schema.ts';
import { limitConnSchema } from './limit-conn/schema.ts';
import { limitCountSchema } from './limit-count/schema.ts';
import { limitReqSchema } from './limit-req/schema.ts';
import { proxyMirrorSchema } from './proxy-mirror/schema.ts';
import { realIpSchema } from './real-ip/schema.ts';
import { redirectSchema } from './redirect/schema.ts';
import { requestIdSchema } from './request-id/schema.ts';
import { trafficSplitSchema } from './traffic-split/schema.ts';
import { workflowSchema } from './workflow/schema.ts';
import { proxyCacheSchema } from './proxy-cache/schema.ts';

/** The schemas of this family, for planes that do not run plugins. */
export const schemas: readonly PluginSchema[] = [
  apiBreakerSchema,
  limitConnSchema,
  limitCountSchema,
  limitReqSchema,
  proxyMirrorSchema,
  realIpSchema,
  redirectSchema,
  requestIdSchema,
  trafficSplitSchema,
  workflowSchema,
  proxyCacheSchema,
];
