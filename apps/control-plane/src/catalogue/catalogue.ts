import { Injectable } from '@nestjs/common';
import { schemas as auth } from '@sluice/plugins-auth/schemas';
import { schemas as loggers } from '@sluice/plugins-loggers/schemas';
import { schemas as platform } from '@sluice/plugins-platform/schemas';
import { schemas as security } from '@sluice/plugins-security/schemas';
import { schemas as serverless } from '@sluice/plugins-serverless/schemas';
import { schemas as telemetry } from '@sluice/plugins-telemetry/schemas';
import { schemas as traffic } from '@sluice/plugins-traffic/schemas';
import { schemas as transform } from '@sluice/plugins-transform/schemas';
import { getPointer, redacted, resourceSecrets, type PluginSchema, type ResourceKind } from '@sluice/schema';

/** Which plugins exist, by their schemas alone: what they do is the data plane's business. */
@Injectable()
export class Catalogue {
  /** Highest priority first, as they run. */
  readonly plugins: readonly PluginSchema[] = [
    ...auth,
    ...loggers,
    ...platform,
    ...security,
    ...serverless,
    ...telemetry,
    ...traffic,
    ...transform,
  ].sort((a, b) => b.priority - a.priority);

  readonly #byName = new Map(this.plugins.map((plugin) => [plugin.name, plugin]));

  /** The schema of a plugin, undefined where there is no such plugin. */
  readonly lookup = (name: string): PluginSchema | undefined => this.#byName.get(name);

  /** Pointers of every secret in a value: those of its kind and those of its plugins. */
  secretPointers(kind: ResourceKind, value: unknown): string[] {
    return resourceSecrets(kind, value, this.lookup);
  }

  /** Those of the secrets for which a value carries a redaction instead. */
  redactedPointers(kind: ResourceKind, value: unknown): string[] {
    return this.secretPointers(kind, value).filter((pointer) => getPointer(value, pointer) === redacted);
  }
}
