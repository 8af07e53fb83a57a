import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { MetricRegistry, type Series } from './metric-registry.ts';

interface TallyRow {
  readonly scope: number;
  readonly group: string | null;
  readonly action: string;
  readonly count: number;
  readonly seq: number;
}

/** A sign-in that was refused, in the audit trail. */
const REFUSED_SIGN_IN = 'session.refuse';

/**
 * What was done, by the audit trail: each scrape counts the entries since the one before. Entries of a scope are numbered
 * without gaps and committed in order, so that none is missed.
 */
@Injectable()
export class AuditMetrics implements OnModuleInit {
  readonly #seen = new Map<number, number>();
  readonly #entries: Series;
  readonly #refusals: Series;

  constructor(
    @Inject(MetricRegistry) registry: MetricRegistry,
    @Inject(DataSource) private readonly database: DataSource,
  ) {
    const help = 'Entries of the audit trail since this process began, of all control planes.';
    this.#entries = registry.counter('sluice_audit_entries_total', help, 'group', 'action');
    this.#refusals = registry.counter('sluice_sign_in_failures_total', 'Sign-ins that were refused, as above.');
    this.#refusals.set(0);
  }

  async onModuleInit(): Promise<void> {
    const rows = await this.database.query<{ scope: number; seq: number }[]>('SELECT scope, seq FROM audit_chain');
    for (const { scope, seq } of rows) this.#seen.set(scope, seq);
  }

  async refresh(): Promise<void> {
    const seen = [[...this.#seen.keys()], [...this.#seen.values()]];
    for (const { scope, group, action, count, seq } of await this.database.query<TallyRow[]>(TALLY, seen)) {
      this.#seen.set(scope, Math.max(seq, this.#seen.get(scope) ?? 0));
      this.#entries.add(count, group ?? '', action);
      if (action === REFUSED_SIGN_IN) this.#refusals.add(count);
    }
  }
}

const TALLY = `
  SELECT chain.scope, entry.group_name AS group, entry.action, count(*)::integer AS count, max(entry.seq) AS seq
  FROM audit_chain chain LEFT JOIN unnest($1::integer[], $2::bigint[]) AS seen (scope, seq) ON seen.scope = chain.scope
    JOIN audit_entry entry ON entry.scope = chain.scope AND entry.seq > coalesce(seen.seq, 0)
  GROUP BY chain.scope, entry.group_name, entry.action`;
