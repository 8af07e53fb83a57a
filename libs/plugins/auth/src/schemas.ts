import type { PluginSchema } from '@sluice/schema';
import { keyAuthSchema } from './key-auth/schema.ts';
import { basicAuthSchema } from './basic-auth/schema.ts';
import { jwtAuthSchema } from './jwt-auth/schema.ts';
import { hmacAuthSchema } from './hmac-auth/schema.ts';
import { multiAuthSchema } from './multi-auth/schema.ts';
import { consumerRestrictionSchema } from './consumer-restriction/schema.ts';
import { forwardAuthSchema } from './forward-auth/schema.ts';
import { opaSchema } from './opa/schema.ts';
import { attachConsumerLabelSchema } from './attach-consumer-label/schema.ts';
import { aclSchema } from './acl/schema.ts';
import { openidConnectSchema } from './openid-connect/schema.ts';

/** The schemas of this family, for planes that do not run plugins. */
export const schemas: readonly PluginSchema[] = [
  keyAuthSchema,
  basicAuthSchema,
  jwtAuthSchema,
  hmacAuthSchema,
  multiAuthSchema,
  consumerRestrictionSchema,
  forwardAuthSchema,
  opaSchema,
  attachConsumerLabelSchema,
  aclSchema,
  openidConnectSchema,
];
