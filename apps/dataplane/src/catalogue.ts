import type { AnyPlugin } from '@sluice/plugin-kit';
import { plugins as auth } from '@sluice/plugins-auth';
import { plugins as loggers } from '@sluice/plugins-loggers';
import { plugins as platform } from '@sluice/plugins-platform';
import { plugins as security } from '@sluice/plugins-security';
import { plugins as serverless } from '@sluice/plugins-serverless';
import { plugins as telemetry } from '@sluice/plugins-telemetry';
import { plugins as traffic } from '@sluice/plugins-traffic';
import { plugins as transform } from '@sluice/plugins-transform';
import type { PluginSchema } from '@sluice/schema';

/** The plugins of this build. */
export const catalogue: readonly AnyPlugin[] = [
  ...auth,
  ...security,
  ...traffic,
  ...transform,
  ...serverless,
  ...loggers,
  ...telemetry,
  ...platform,
];

const schemas = new Map(catalogue.map(({ schema }) => [schema.name, schema as PluginSchema]));

/** The schema of a plugin, undefined where this build has no such plugin. */
export const pluginSchema = (name: string): PluginSchema | undefined => schemas.get(name);
