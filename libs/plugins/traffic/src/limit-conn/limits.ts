import type { Kit, RequestContext } from '@sluice/plugin-kit';
import type { PluginConfigOf } from '@sluice/schema';
import { counterScope } from '../shared/counter-scope.ts';
import { amountOf, keyOf } from '../shared/request-values.ts';
import { templateKey } from '../shared/template-key.ts';
import type { limitConnSchema } from './schema.ts';

/** What one limit asks of one request. */
export interface Demand {
  /** The key among all that is counted on the node. */
  readonly key: string;
  readonly conn: number;
  readonly burst: number;
}

/** The demand of one limit, or undefined where the limit does not apply or its numbers make no sense. */
export type Limit = (ctx: RequestContext) => Demand | undefined;

type Config = PluginConfigOf<typeof limitConnSchema>;

/** Compiles the one limit of a configuration, or each of its rules. */
export function compileLimits(config: Config, { owner, template }: Pick<Kit, 'owner' | 'template'>): Limit[] {
  const scope = counterScope('limit-conn', config, owner);
  if (config.rules === undefined) {
    const { conn = '', burst = '', key = '', key_type } = config;
    return [limitOf({ conn, burst, scope, keyFor: keyOf({ key, key_type }, template) }, template)];
  }
  return config.rules.map(({ conn, burst, key }, at) =>
    limitOf({ conn, burst, scope: `${scope}${at}:`, keyFor: templateKey(key, template) }, template),
  );
}

interface LimitParts {
  readonly conn: number | string;
  readonly burst: number | string;
  readonly scope: string;
  readonly keyFor: (ctx: RequestContext) => string | undefined;
}

function limitOf({ conn: most, burst: more, scope, keyFor }: LimitParts, template: Kit['template']): Limit {
  const [connFrom, burstFrom] = [amountOf(most, template), amountOf(more, template, 0)];
  return (ctx) => {
    const [key, conn, burst] = [keyFor(ctx), connFrom(ctx), burstFrom(ctx)];
    if (key === undefined || conn === undefined || burst === undefined) return undefined;
    return { key: scope + key, conn, burst };
  };
}
