import { Inject, Injectable } from '@nestjs/common';
import { isJsonObject } from '@sluice/schema';
import { Refusal } from '../http/refusal.ts';
import { FleetCatalogue, type LackingInstance } from '../instances/fleet-catalogue.ts';
import type { PreparedChange } from './preparation.ts';

/** The value of the query parameter `confirm` that publishes what a data plane lacks. */
export const CONFIRM_MISSING_PLUGINS = 'missing_plugins';

const NAMED_MAX = 3;

/**
 * Asks before something is published that a connected data plane cannot run, as happens while a fleet is upgraded: it would
 * refuse the revision, and all that come after it, and go on with the one before. Ways back, such as a rollback, ask nothing.
 */
@Injectable()
export class FleetConfirmation {
  constructor(@Inject(FleetCatalogue) private readonly fleet: FleetCatalogue) {}

  /** Throws a Refusal that names plugins and data planes, where there are such. */
  async require(groupName: string, changes: readonly PreparedChange[]): Promise<void> {
    const plugins = new Set(changes.flatMap(pluginsOf));
    const lacking = await this.fleet.lacking(groupName, [...plugins]);
    if (lacking.length > 0) throw new Refusal('CONFIRMATION_NEEDED', questionOf(lacking));
  }
}

function pluginsOf(change: PreparedChange): string[] {
  const plugins = change.op === 'put' && change.kind.pluginDoor ? change.content['plugins'] : undefined;
  return isJsonObject(plugins) ? Object.keys(plugins) : [];
}

function questionOf(lacking: readonly LackingInstance[]): string {
  const missing = [...new Set(lacking.flatMap((instance) => instance.missing))].toSorted().join(', ');
  const named = lacking.slice(0, NAMED_MAX).map(({ id, version }) => `${id} (${version})`);
  const others = lacking.length > NAMED_MAX ? ', and others' : '';
  return (
    `Connected data planes lack what this needs: ${missing} on ${named.join(', ')}${others}. They would refuse it and go on ` +
    `with the configuration that they have. To publish it all the same, add confirm=${CONFIRM_MISSING_PLUGINS} to the query.`
  );
}
