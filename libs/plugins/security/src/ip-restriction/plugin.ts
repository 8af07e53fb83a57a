import { addressSet } from '@sluice/expr';
import { definePlugin, reply } from '@sluice/plugin-kit';
import { ipRestrictionSchema } from './schema.ts';

/** Decides by the address of the client, as a plugin that knows better (`real-ip`) may have set it. */
export const ipRestriction = definePlugin(ipRestrictionSchema, (config) => {
  const isAllowed = config.whitelist && addressSet(config.whitelist);
  const isDenied = config.blacklist && addressSet(config.blacklist);
  const refusal = reply(config.response_code, { message: config.message });

  return {
    access({ client }) {
      if (isDenied?.(client.ip)) return refusal;
      if (isAllowed && !isAllowed(client.ip)) return refusal;
      return undefined;
    },
  };
});
