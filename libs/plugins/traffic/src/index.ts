import type { AnyPlugin } from '@sluice/plugin-kit';
import { apiBreaker } from './api-breaker/plugin.ts';
import { limitConn } from './limit-conn/plugin.ts';
import { limitCount } from './limit-count/plugin.ts';
import { limitReq } from './limit-req/plugin.ts';
import { proxyMirror } from './proxy-mirror/plugin.ts';
import { realIp } from './real-ip/plugin.ts';
import { redirect } from './redirect/plugin.ts';
import { requestId } from './request-id/plugin.ts';
import { trafficSplit } from './traffic-split/plugin.ts';
import { workflow } from './workflow/plugin.ts';
import { proxyCache } from './proxy-cache/plugin.ts';

/** The plugins of this family. */
export const plugins: readonly AnyPlugin[] = [
  apiBreaker,
  limitConn,
  limitCount,
  limitReq,
  proxyMirror,
  realIp,
  redirect,
  requestId,
  trafficSplit,
  workflow,
  proxyCache,
];
