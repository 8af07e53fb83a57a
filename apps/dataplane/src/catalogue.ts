import type { AnyPlugin } from '@sluice/plugin-kit';
import { plugins as auth } from '@sluice/plugins-auth';
import { plugins as telemetry } from '@sluice/plugins-telemetry';
import { plugins as traffic } from '@sluice/plugins-traffic';
import { plugins as transform } from '@sluice/plugins-transform';

/** The plugins of this build. */
export const catalogue: readonly AnyPlugin[] = [...auth, ...traffic, ...transform, ...telemetry];
