import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import type { SeededRandom } from '@sluice/testing';
import { repeated } from './unreliable-upstream.ts';

/** How a request ended: `broken` where somebody gave up or died, `mixed up` where it got another one's answer. */
export type Outcome = 'right' | 'refused' | 'broken' | 'mixed up';

type Manner = 'polite' | 'aborts early' | 'aborts late' | 'reads slowly';

const uploadBytesMax = 200_000;

/** Clients that send one request after the other until they are stopped, and do not always wait for the answer. */
export class UnrulyClients {
  readonly counts: Record<Outcome, number> = { right: 0, refused: 0, broken: 0, 'mixed up': 0 };
  /** How often which status was answered instead of 200. */
  readonly refusals: Record<number, number> = {};
  /** What was wrong with the answers that were mixed up. */
  readonly mixUps: string[] = [];
  readonly #url: string;
  readonly #random: SeededRandom;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #slow = new Set<IncomingMessage>();
  readonly #running: Promise<void>[];
  #isStopped = false;
  #sent = 0;

  constructor(url: string, clients: number, random: SeededRandom) {
    this.#url = url;
    this.#random = random;
    this.#running = Array.from({ length: clients }, () => this.#client());
  }

  /** Lets slow readers go on for a moment. */
  tick(): void {
    for (const response of this.#slow) response.resume();
  }

  /** Resolves when the last request is over and no connection is left. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.tick();
    await Promise.all(this.#running);
    this.#agent.destroy();
  }

  async #client(): Promise<void> {
    while (!this.#isStopped) this.counts[await this.#exchange()] += 1;
  }

  #exchange(): Promise<Outcome> {
    const id = `id-${(this.#sent += 1)}`;
    const uploadBytes = this.#random.oneIn(4) ? this.#random.below(uploadBytesMax) : 0;
    const manner = this.#manner();
    return new Promise((resolve) => {
      const broken = (): void => resolve('broken');
      const headers = { 'x-id': id, ...(uploadBytes > 0 && { 'content-length': uploadBytes }) };
      const method = uploadBytes > 0 ? 'POST' : 'GET';
      const req = request(`${this.#url}/soak/${id}`, { agent: this.#agent, method, headers });
      req.on('response', (response) => {
        req.off('close', broken);
        this.#read(req, response, id, manner, resolve);
      });
      // Followed by its end, or by that of the response.
      req.on('error', () => undefined);
      req.on('close', broken);
      if (uploadBytes > 0) req.write(Buffer.alloc(uploadBytes >> 1));
      if (manner === 'aborts early') setImmediate(() => giveUp(req, this.#random.oneIn(2)));
      req.end(uploadBytes > 0 ? Buffer.alloc(uploadBytes - (uploadBytes >> 1)) : undefined);
    });
  }

  #manner(): Manner {
    if (this.#random.oneIn(20)) return 'aborts early';
    if (this.#random.oneIn(20)) return 'aborts late';
    return this.#random.oneIn(20) ? 'reads slowly' : 'polite';
  }

  #read(req: ClientRequest, response: IncomingMessage, id: string, manner: Manner, done: (o: Outcome) => void): void {
    let length = 0;
    let isOurs = response.statusCode !== 200 || response.headers['x-id'] === id;
    response.setEncoding('latin1');
    response.on('data', (text: string) => {
      isOurs &&= response.statusCode !== 200 || isPartOf(id, text, length);
      length += text.length;
      if (manner === 'aborts late') giveUp(req, this.#random.oneIn(2));
      else if (manner === 'reads slowly' && !this.#isStopped) response.pause();
    });
    if (manner === 'reads slowly') this.#slow.add(response);
    response.on('error', () => undefined);
    response.on('close', () => {
      this.#slow.delete(response);
      if (!isOurs) this.mixUps.push(`${id}: ${response.statusCode} ${String(response.headers['x-id'])}`);
      if (!isOurs) done('mixed up');
      else if (response.statusCode !== 200) done(this.#refused(response.statusCode ?? 0));
      else done(response.complete ? 'right' : 'broken');
    });
  }

  #refused(status: number): 'refused' {
    this.refusals[status] = (this.refusals[status] ?? 0) + 1;
    return 'refused';
  }
}

function giveUp(req: ClientRequest, resets: boolean): void {
  if (resets) req.socket?.resetAndDestroy();
  req.destroy();
}

/** Whether a text is what stands at this place of an endless repetition of the id. */
function isPartOf(id: string, text: string, at: number): boolean {
  const period = id.length + 1;
  return repeated(id, text.length + 2 * period).startsWith(text, at % period);
}
