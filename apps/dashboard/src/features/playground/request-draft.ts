import type { ExplainQuestion } from '../../api/commands.ts';
import { parseHeaderLines } from './header-lines.ts';
import type { RequestSearch } from './request-search.ts';

/** A request as somebody is describing it, field by field. */
export interface RequestDraft {
  readonly method: string;
  readonly scheme: 'http' | 'https';
  readonly host: string;
  /** Path and query. */
  readonly path: string;
  /** Lines of `Name: value`. */
  readonly headers: string;
  readonly body: string;
  readonly clientIp: string;
  /** Id of the data plane to ask; empty for any. */
  readonly instance: string;
}

/** What is wrong with a request, by field. */
export type DraftProblems = Partial<Record<keyof RequestDraft, string>>;

const bodyLengthMax = 1_048_576;
/** Arguments whose values only their sender should know stay out of the address. */
const sensitive =
  /auth|cookie|token|secret|passw|api-?_?key|credential|signature|session|(^|[-_])key$|^(sig|pwd|pass|jwt|code)$/i;

/** The request that an address means. Fields and body never stand there. */
export function draftFrom(search: RequestSearch): RequestDraft {
  const { method = 'GET', scheme = 'http', host = '', path = '/', client_ip: clientIp = '', instance = '' } = search;
  return { method, scheme, host, path, headers: '', body: '', clientIp, instance };
}

/** The address of a request, which can be handed around: without fields, body, and values that look like secrets. */
export function searchOf({ method, scheme, host, path, clientIp, instance }: RequestDraft): RequestSearch {
  return {
    ...(method === 'GET' ? {} : { method }),
    ...(scheme === 'https' ? { scheme } : {}),
    ...(host === '' ? {} : { host }),
    ...(path === '/' ? {} : { path: withoutSecrets(path) }),
    ...(clientIp === '' ? {} : { client_ip: clientIp }),
    ...(instance === '' ? {} : { instance }),
  };
}

function withoutSecrets(path: string): string {
  const [before = '', ...rest] = path.split('?');
  if (rest.length === 0) return path;
  const args = rest.join('?').split('&');
  const shown = args.map((arg) => {
    const [name = ''] = arg.split('=', 1);
    return sensitive.test(name) ? `${name}=` : arg;
  });
  return `${before}?${shown.join('&')}`;
}

/** Whatever would be refused anyway, in the words of the form. */
export function problemsOf({ scheme, host, path, headers, body, clientIp }: RequestDraft): DraftProblems {
  const parsed = parseHeaderLines(headers);
  return {
    ...(/^[\x21-\x7e]*$/.test(host) && !/[/?#@]/.test(host) ? {} : { host: 'A host name or address.' }),
    ...(scheme === 'https' && host === '' ? { host: 'A request over HTTPS names its host.' } : {}),
    ...(/^\/[\x21-\x7e]*$/.test(path)
      ? {}
      : { path: 'Begins with a slash and has no spaces; encode other characters.' }),
    ...('problem' in parsed ? { headers: parsed.problem } : {}),
    ...(body.length > bodyLengthMax ? { body: 'A body of more than 1 MiB cannot be explained.' } : {}),
    ...(/^([0-9a-fA-F.:]{2,45})?$/.test(clientIp) ? {} : { clientIp: 'An IPv4 or IPv6 address.' }),
  };
}

/** The question to the control plane. Only for a draft without problems. */
export function questionOf(draft: RequestDraft, send: boolean): ExplainQuestion {
  const parsed = parseHeaderLines(draft.headers);
  const headers = 'headers' in parsed ? parsed.headers : {};
  return {
    method: draft.method,
    url: draft.host === '' ? draft.path : `${draft.scheme}://${draft.host}${draft.path}`,
    headers,
    ...(draft.body === '' ? {} : { body: draft.body }),
    ...(draft.clientIp === '' ? {} : { client_ip: draft.clientIp }),
    ...(draft.instance === '' ? {} : { instance: draft.instance }),
    send,
  };
}
