import { definePlugin, reply } from '@sluice/plugin-kit';
import { anyPattern } from '../shared/patterns.ts';
import { uaRestrictionSchema } from './schema.ts';

/** Decides by what the client calls itself. */
export const uaRestriction = definePlugin(uaRestrictionSchema, (config) => {
  const isAllowed = config.allowlist && anyPattern(config.allowlist);
  const isDenied = config.denylist && anyPattern(config.denylist);
  const refusal = reply(403, { message: config.message });

  /** A client may repeat the header: one allowed name opens, one refused name closes. */
  const mayPass = (agents: readonly string[]): boolean =>
    isAllowed ? agents.some((agent) => isAllowed(agent.trim())) : !agents.some((agent) => isDenied?.(agent.trim()));

  return {
    access({ request: { headers } }) {
      const first = headers.get('user-agent');
      if (first === undefined) return config.bypass_missing ? undefined : refusal;
      return mayPass(headers.getAll('user-agent')) ? undefined : refusal;
    },
  };
});
