/** A browser with cookies, which goes only where it is told to. Of attributes of cookies it knows only that one is over. */
export class CookieBrowser {
  readonly cookies = new Map<string, string>();
  /** `Set-Cookie` lines of the last answer. */
  written: readonly string[] = [];

  /** The cookies, as a header. */
  get cookie(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  /** Asks for a page without following where it leads. */
  async ask(url: string | URL, headers: Readonly<Record<string, string>> = {}, method = 'GET'): Promise<Response> {
    const { cookie } = this;
    const sent = { ...headers, ...(cookie !== '' && { cookie }) };
    const response = await fetch(url, { method, redirect: 'manual', headers: sent });
    this.written = response.headers.getSetCookie();
    for (const line of this.written) this.#take(line);
    return response;
  }

  /** Where an answer sends the browser. */
  async sentTo(url: string | URL): Promise<string> {
    const response = await this.ask(url);
    await response.body?.cancel();
    return response.headers.get('location') ?? `nowhere: ${response.status}`;
  }

  /** Asks for a page, and for those to which it leads until one of them is wanted; returns its address, not yet asked for. */
  async follow(url: string | URL, isWanted: (url: URL) => boolean): Promise<URL> {
    let at = new URL(url);
    for (let left = 10; left > 0 && !isWanted(at); left -= 1) {
      const target = await this.sentTo(at);
      if (target.startsWith('nowhere: ')) throw new Error(`${at.href} led ${target}.`);
      at = new URL(target, at);
    }
    return at;
  }

  #take(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (value === '' || line.includes('Max-Age=0')) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}
