import type { Kit, RequestContext } from '@sluice/plugin-kit';
import { templateKey } from './template-key.ts';

/** A number as configured, or a template that must give a whole one of at least `least`; undefined where it does not. */
export function amountOf(
  value: number | string,
  template: Kit['template'],
  least = 1,
): (ctx: RequestContext) => number | undefined {
  if (typeof value === 'number') return () => value;
  const text = template(value);
  return (ctx) => {
    const filled = text(ctx).trim();
    const number = filled === '' ? Number.NaN : Number(filled);
    return Number.isSafeInteger(number) && number >= least ? number : undefined;
  };
}

/** What tells clients apart: a variable's name, a template of variables, or a text as it is. */
interface KeyConfig {
  readonly key: string;
  readonly key_type: 'var' | 'var_combination' | 'constant';
}

/** The key of a request. Requests that have none of their own are told apart by their address. */
export function keyOf({ key, key_type: type }: KeyConfig, template: Kit['template']): (ctx: RequestContext) => string {
  if (type === 'constant') return () => key;
  const own = type === 'var' ? (ctx: RequestContext) => ctx.variable(key) : templateKey(key, template);
  return (ctx) => own(ctx) ?? ctx.client.ip;
}
