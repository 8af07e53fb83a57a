import type { AnyPlugin } from '@sluice/plugin-kit';
import { clientControl } from './client-control/plugin.ts';
import { cors } from './cors/plugin.ts';
import { csrf } from './csrf/plugin.ts';
import { ipRestriction } from './ip-restriction/plugin.ts';
import { refererRestriction } from './referer-restriction/plugin.ts';
import { uaRestriction } from './ua-restriction/plugin.ts';
import { uriBlocker } from './uri-blocker/plugin.ts';
import { requestValidation } from './request-validation/plugin.ts';

/** The plugins of this family. */
export const plugins: readonly AnyPlugin[] = [
  clientControl,
  cors,
  csrf,
  ipRestriction,
  refererRestriction,
  uaRestriction,
  uriBlocker,
  requestValidation,
];
