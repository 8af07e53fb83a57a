import type { PluginSchema } from '@sluice/schema';
import { clientControlSchema } from './client-control/schema.ts';
import { corsSchema } from './cors/schema.ts';
import { csrfSchema } from './csrf/schema.ts';
import { ipRestrictionSchema } from './ip-restriction/schema.ts';
import { refererRestrictionSchema } from './referer-restriction/schema.ts';
import { uaRestrictionSchema } from './ua-restriction/schema.ts';
import { uriBlockerSchema } from './uri-blocker/schema.ts';
import { requestValidationSchema } from './request-validation/schema.ts';

/** The schemas of this family, for planes that do not run plugins. */
export const schemas: readonly PluginSchema[] = [
  clientControlSchema,
  corsSchema,
  csrfSchema,
  ipRestrictionSchema,
  refererRestrictionSchema,
  uaRestrictionSchema,
  uriBlockerSchema,
  requestValidationSchema,
];
