/** As much of the settings as is checked here. */
export interface SessionSettings {
  readonly cookie_name?: string | undefined;
  readonly cookie_path?: string | undefined;
  readonly cookie_domain?: string | undefined;
  readonly cookie_secure?: boolean | undefined;
  readonly cookie_same_site?: string | undefined;
  readonly idling_timeout?: number | undefined;
  readonly rolling_timeout?: number | undefined;
  readonly absolute_timeout?: number | undefined;
  readonly cookie?: { readonly lifetime?: number | undefined } | undefined;
  readonly redis?: { readonly port: number } | undefined;
}

const cookieName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const attributeValue = /^[\x20-\x3a\x3c-\x7e]+$/;

/** What is wrong with how sessions are kept. */
export function checkSessionFields(session: SessionSettings): string | undefined {
  return checkCookie(session) ?? checkTimes(session) ?? checkPort(session.redis?.port);
}

function checkCookie(session: SessionSettings): string | undefined {
  const { cookie_name: name, cookie_path: path, cookie_domain: domain } = session;
  if (name !== undefined && !cookieName.test(name))
    return failed('cookie_name', `"${name}" is not the name of a cookie`);
  if (path !== undefined && !(path.startsWith('/') && attributeValue.test(path))) {
    return failed('cookie_path', 'expected a path');
  }
  if (domain !== undefined && !attributeValue.test(domain)) return failed('cookie_domain', 'expected a domain');
  return session.cookie_same_site === 'None' && session.cookie_secure === false
    ? failed('cookie_secure', 'browsers drop cookies with SameSite "None" that are not secure')
    : undefined;
}

function checkTimes(session: SessionSettings): string | undefined {
  const { idling_timeout: idling = 0, rolling_timeout: rolling = 0, absolute_timeout: absolute = 0, cookie } = session;
  const times = { idling_timeout: idling, rolling_timeout: rolling, absolute_timeout: absolute };
  const negative = Object.entries({ ...times, 'cookie.lifetime': cookie?.lifetime ?? 0 }).find(
    ([, value]) => value < 0,
  );
  return negative && failed(negative[0], 'expected at least 0');
}

function checkPort(port = 0): string | undefined {
  return port > 65_535 ? failed('redis.port', 'expected at most 65535') : undefined;
}

function failed(field: string, problem: string): string {
  return `property "session.${field}" validation failed: ${problem}`;
}
