import type { RequestContext } from '@sluice/plugin-kit';
import { hideCookie } from '../shared/cookies.ts';
import type { OpenidConfig } from './config.ts';
import { isByTls } from './request-address.ts';

/** Browsers take no longer ones, name and attributes included. */
const chunk = /.{1,3800}/g;

/** More, and the header would be too long for most servers. */
const chunksMax = 5;

const waiting = Symbol('cookies of a response');

type Session = NonNullable<OpenidConfig['session']>;

/** A text that is kept in cookies of the browser, in several where it is long. */
export class CookieJar {
  readonly #name: string;
  readonly #session: Session;
  readonly #attributes: string;

  /** `isOnTheWay` is for cookies that must come along when another site sends the browser here. */
  constructor(name: string, session: Session, isOnTheWay = false) {
    this.#name = name;
    this.#session = session;
    this.#attributes = attributesOf(session, isOnTheWay);
  }

  /** The text, undefined where there is none or only a part of it. */
  read({ request }: RequestContext): string | undefined {
    const first = request.cookie(this.#name);
    if (first === undefined) return undefined;
    const count = Number(first[0]);
    if (first[1] !== '.' || !(count >= 1 && count <= chunksMax)) return undefined;
    let text = first.slice(2);
    for (let at = 2; at <= count; at += 1) {
      const chunk = request.cookie(this.#nameOf(at));
      if (chunk === undefined) return undefined;
      text += chunk;
    }
    return text;
  }

  /** Gives the browser a text, in place of the one before; false where it is too long to be given. */
  write(ctx: RequestContext, text: string, maxAgeSeconds?: number): boolean {
    const chunks = text.match(chunk) ?? [''];
    if (chunks.length > chunksMax) return false;
    const age = maxAgeSeconds === undefined ? '' : `; Max-Age=${maxAgeSeconds}`;
    chunks.forEach((part, at) => this.#set(ctx, at + 1, `${at === 0 ? `${chunks.length}.` : ''}${part}`, age));
    this.#forget(ctx, chunks.length + 1);
    return true;
  }

  /** Takes the text from the browser. */
  clear(ctx: RequestContext): void {
    this.#forget(ctx, 1);
  }

  /** Keeps the text from the upstream, which could show it to this gateway as its own. */
  hide({ request }: RequestContext): void {
    const count = Number(request.cookie(this.#name)?.[0]);
    if (Number.isNaN(count)) return;
    const last = Math.min(Math.max(count, 1), chunksMax);
    for (let at = 1; at <= last; at += 1) hideCookie(request.headers, this.#nameOf(at));
  }

  #set(ctx: RequestContext, at: number, value: string, age: string): void {
    const isSecure = this.#session.cookie_secure ?? (isByTls(ctx) || this.#session.cookie_same_site === 'None');
    addCookie(ctx, `${this.#nameOf(at)}=${value}${this.#attributes}${age}${isSecure ? '; Secure' : ''}`);
  }

  /** Takes those that the browser has from this number on. */
  #forget(ctx: RequestContext, from: number): void {
    for (let at = from; at <= chunksMax; at += 1) {
      if (ctx.request.cookie(this.#nameOf(at)) !== undefined) this.#set(ctx, at, '', '; Max-Age=0');
    }
  }

  #nameOf(at: number): string {
    return at === 1 ? this.#name : `${this.#name}_${at}`;
  }
}

function attributesOf(session: Session, isOnTheWay: boolean): string {
  const { cookie_domain: domain, cookie_http_only: isHidden = true } = session;
  // The way back from the provider may be outside of the path that a session is for.
  const path = isOnTheWay ? '/' : (session.cookie_path ?? '/');
  const { cookie_same_site: wanted = 'Lax' } = session;
  const sameSite = isOnTheWay && wanted === 'Strict' ? 'Lax' : wanted;
  return [
    `; Path=${path}`,
    domain === undefined ? '' : `; Domain=${domain}`,
    isHidden || isOnTheWay ? '; HttpOnly' : '',
    sameSite === 'Default' ? '' : `; SameSite=${sameSite}`,
  ].join('');
}

function addCookie({ state }: RequestContext, line: string): void {
  const lines = state.get(waiting) as string[] | undefined;
  if (lines) lines.push(line);
  else state.set(waiting, [line]);
}

/** Gives the answer the cookies that were written for it, whoever makes it. */
export function sendCookies({ state, response }: RequestContext): void {
  const lines = state.get(waiting) as readonly string[] | undefined;
  if (lines === undefined) return;
  const latest = new Map(lines.map((line) => [line.slice(0, line.indexOf('=')), line]));
  for (const line of latest.values()) response.headers.append('Set-Cookie', line);
}
