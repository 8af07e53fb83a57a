import type { Connection } from '../client.ts';
import { usageError } from '../cli-error.ts';
import type { Given, Io } from '../command.ts';
import { type Login, loginPath, readLogin } from './login-file.ts';

const DEFAULT_URL = 'http://127.0.0.1:9180';
const DEFAULT_GROUP = 'default';

/** Which control plane is meant, and which group: the command line wins over the environment, and both over the login. */
export function connectionOf(given: Given, io: Io): Connection & { readonly group: string } {
  const login = readLogin(loginPath(io));
  const said = (option: string, variable: string): string | undefined =>
    given.option(option) ?? (io.env[variable] || undefined);
  const url = checkedUrl(said('url', 'SLUICE_URL') ?? login?.url ?? DEFAULT_URL);
  return {
    url,
    token: said('token', 'SLUICE_TOKEN') ?? keptToken(login, url),
    group: said('group', 'SLUICE_GROUP') ?? login?.group ?? DEFAULT_GROUP,
  };
}

/** The token of a login is for the control plane of that login, and is sent to no other. */
function keptToken(login: Login | undefined, url: string): string | undefined {
  return login && new URL(login.url).origin === new URL(url).origin ? login.token : undefined;
}

/** An address that a control plane can have. */
export function checkedUrl(url: string): string {
  const isAddress = URL.canParse(url) && ['http:', 'https:'].includes(new URL(url).protocol);
  if (isAddress) return url;
  throw usageError(`"${url}" is no address of a control plane, such as https://sluice.example:9180.`);
}
