import { definePlugin, reply } from '@sluice/plugin-kit';
import { csrfSchema } from './schema.ts';
import { createToken, isGoodToken } from './token.ts';

const READING = new Set(['GET', 'HEAD', 'OPTIONS']);

const noHeader = reply(401, { error_msg: 'no csrf token in headers' });
const noCookie = reply(401, { error_msg: 'no csrf cookie' });
const mismatch = reply(401, { error_msg: 'csrf token mismatch' });
const unsigned = reply(401, { error_msg: 'Failed to verify the csrf token signature' });

/** Double submit: another site can make a browser send the cookie, but cannot read it to repeat it in a header. */
export const csrf = definePlugin(csrfSchema, (config, { clock }) => {
  const { key, name, expires } = config;
  const header = name.toLowerCase();
  const now = (): number => Math.floor(clock.now() / 1000);

  return {
    access({ request }) {
      if (READING.has(request.method)) return undefined;
      const repeated = request.headers.get(header);
      if (repeated === undefined || repeated === '') return noHeader;
      const token = request.cookie(name);
      if (token === undefined || token === '') return noCookie;
      if (token !== repeated) return mismatch;
      return isGoodToken(token, key, now(), expires) ? undefined : unsigned;
    },
    responseHeader({ response }) {
      const seconds = now();
      const cookie = `${name}=${createToken(key, seconds)};path=/;SameSite=Lax`;
      response.headers.append('Set-Cookie', expires > 0 ? `${cookie};Expires=${httpDate(seconds + expires)}` : cookie);
    },
  };
});

function httpDate(seconds: number): string {
  return new Date(seconds * 1000).toUTCString();
}
