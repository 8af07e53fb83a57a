import type { LoggerService } from '@nestjs/common';
import type { FastifyBaseLogger } from 'fastify';

/** Sends what the framework has to say to the one log; its chatter about modules and routes stays out of it. */
export class NestLog implements LoggerService {
  readonly #log: FastifyBaseLogger;

  constructor(log: FastifyBaseLogger) {
    this.#log = log;
  }

  log(message: unknown, context?: string): void {
    this.#log.debug({ context }, text(message));
  }

  warn(message: unknown, context?: string): void {
    this.#log.warn({ context }, text(message));
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.#log.error({ detail: rest.map(text).join(' ') || undefined }, text(message));
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.error(message, ...rest);
  }
}

function text(message: unknown): string {
  return message instanceof Error ? (message.stack ?? message.message) : String(message);
}
