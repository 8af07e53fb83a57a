import { definePlugin } from '@sluice/plugin-kit';
import { refusalsOf } from '../shared/refusals.ts';
import { isSameSecret, usableSecret } from '../shared/secret-text.ts';
import { readBasicCredentials, withoutSpaces } from './basic-credentials.ts';
import { basicAuthSchema } from './schema.ts';

/** Establishes who a request is from by a name and a password. */
export const basicAuth = definePlugin(basicAuthSchema, (config, kit) => {
  const { consumers } = kit;
  const options = { challenge: `Basic realm="${config.realm}"`, anonymousConsumer: config.anonymous_consumer };
  const { refusal, refuse } = refusalsOf(options, kit);
  const missing = refusal('Missing authorization in request');
  const malformed = refusal('Invalid authorization in request');
  const unknown = refusal('Invalid user authorization');

  /** The consumer whose name and password these are. */
  function owner(username: string, password: string) {
    const match = consumers.find(username);
    const expected = usableSecret(match?.config.password);
    // Compared even where nobody has this name: the time to an answer shall not tell which names there are.
    const isSame = isSameSecret(password, expected ?? '');
    return isSame && expected !== undefined ? match?.consumer : undefined;
  }

  return {
    rewrite(ctx) {
      const { headers } = ctx.request;
      const header = headers.get('authorization');
      if (header === undefined) return refuse(ctx, missing);
      const given = readBasicCredentials(header);
      const consumer = given && (owner(given.username, given.password) ?? owner(...withoutSpaces(given)));
      const answer = consumer === undefined ? refuse(ctx, given ? unknown : malformed) : undefined;
      if (answer !== undefined) return answer;
      if (consumer !== undefined) ctx.attachConsumer(consumer);
      if (config.hide_credentials) headers.remove('authorization');
      return undefined;
    },
  };
});
