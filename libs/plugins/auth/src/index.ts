import type { AnyPlugin } from '@sluice/plugin-kit';
import { keyAuth } from './key-auth/plugin.ts';
import { basicAuth } from './basic-auth/plugin.ts';
import { jwtAuth } from './jwt-auth/plugin.ts';
import { hmacAuth } from './hmac-auth/plugin.ts';
import { multiAuth } from './multi-auth/plugin.ts';
import { consumerRestriction } from './consumer-restriction/plugin.ts';
import { forwardAuth } from './forward-auth/plugin.ts';
import { opa } from './opa/plugin.ts';
import { attachConsumerLabel } from './attach-consumer-label/plugin.ts';
import { acl } from './acl/plugin.ts';
import { openidConnect } from './openid-connect/plugin.ts';

/** The plugins of this family. */
export const plugins: readonly AnyPlugin[] = [
  keyAuth,
  basicAuth,
  jwtAuth,
  hmacAuth,
  multiAuth,
  consumerRestriction,
  forwardAuth,
  opa,
  attachConsumerLabel,
  acl,
  openidConnect,
];
