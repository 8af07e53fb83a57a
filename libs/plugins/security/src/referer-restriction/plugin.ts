import { definePlugin, reply } from '@sluice/plugin-kit';
import { hostOfUrl, hostSet } from './host-set.ts';
import { refererRestrictionSchema } from './schema.ts';

/** Decides by the host of the page that a request comes from. */
export const refererRestriction = definePlugin(refererRestrictionSchema, (config) => {
  const isAllowed = config.whitelist && hostSet(config.whitelist);
  const isDenied = config.blacklist && hostSet(config.blacklist);
  const refusal = reply(403, { message: config.message });

  return {
    access({ request }) {
      const host = hostOfUrl(request.headers.get('referer'));
      if (host === undefined) return config.bypass_missing ? undefined : refusal;
      const mayPass = isAllowed ? isAllowed(host) : !isDenied?.(host);
      return mayPass ? undefined : refusal;
    },
  };
});
