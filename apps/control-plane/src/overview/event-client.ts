import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { Credential } from '../access/principal.ts';

/** What a client may leave unread. One that reads slower is cut off; it connects again and starts from the present. */
const UNREAD_BYTES_MAX = 256 * 1024;
const RETRY_MS = 2_000;

/** One open stream of server-sent events. */
export class EventClient {
  readonly groupId: number;
  readonly group: string;
  readonly credential: Credential;
  readonly #response: ServerResponse;

  /** Takes the answer away from the framework and starts the stream. */
  constructor(reply: FastifyReply, about: { groupId: number; group: string; credential: Credential }) {
    this.groupId = about.groupId;
    this.group = about.group;
    this.credential = about.credential;
    this.#response = reply.raw;
    const headers = { ...reply.getHeaders(), 'content-type': 'text/event-stream', 'cache-control': 'no-store' };
    reply.hijack();
    for (const [name, value] of Object.entries(headers)) if (value !== undefined) reply.raw.setHeader(name, value);
    reply.raw.writeHead(200);
    this.#write(`retry: ${RETRY_MS}\n\n`);
  }

  onClose(listener: () => void): void {
    this.#response.once('close', listener);
  }

  send(event: string, data: unknown): void {
    this.#write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** A comment, so that nothing between here and the client takes the silence for an end. */
  sendHeartbeat(): void {
    this.#write(': alive\n\n');
  }

  close(): void {
    this.#response.end();
  }

  #write(text: string): void {
    if (this.#response.writableEnded || this.#response.destroyed) return;
    this.#response.write(text);
    if (this.#response.writableLength > UNREAD_BYTES_MAX) this.#response.destroy();
  }
}
