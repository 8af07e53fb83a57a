import { setTimeout } from 'node:timers/promises';
import { Controller, Get, Inject } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Public } from '../access/access.decorator.ts';
import { httpErrors } from '../http/http.errors.ts';

/** Those who ask whether this process is ready give up after two seconds or more. */
const ANSWER_WITHIN_MS = 1500;

/** What a supervisor or load balancer asks; says nothing about what is configured. */
@Controller()
export class HealthController {
  #asking: Promise<boolean> | undefined;

  constructor(@Inject(DataSource) private readonly database: DataSource) {}

  @Get('healthz')
  @Public('A supervisor has no credentials, and learns only that the process runs.')
  alive(): object {
    return { status: 'ok' };
  }

  /** Fails with 503 as long as the database does not answer. */
  @Get('readyz')
  @Public('A load balancer has no credentials, and learns only that the database answers.')
  async ready(): Promise<object> {
    const isAnswered = await Promise.race([this.#askDatabase(), setTimeout(ANSWER_WITHIN_MS, false, { ref: false })]);
    if (!isAnswered) throw httpErrors.DATABASE_UNAVAILABLE(`no answer within ${ANSWER_WITHIN_MS} ms`);
    return { status: 'ok' };
  }

  /** Whoever asks meanwhile waits for the same answer: a database that hangs must not use up the pool. */
  #askDatabase(): Promise<boolean> {
    this.#asking ??= this.database
      .query('SELECT 1')
      .then(
        () => true,
        (cause: unknown) => {
          throw httpErrors.DATABASE_UNAVAILABLE(undefined, cause);
        },
      )
      .finally(() => (this.#asking = undefined));
    return this.#asking;
  }
}
