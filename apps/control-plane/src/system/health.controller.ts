import { Controller, Get, Inject } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Public } from '../access/access.decorator.ts';

/** What a supervisor or load balancer asks; says nothing about what is configured. */
@Controller()
export class HealthController {
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
    await this.database.query('SELECT 1');
    return { status: 'ok' };
  }
}
