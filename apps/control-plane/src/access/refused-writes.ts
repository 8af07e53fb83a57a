import { Inject, Injectable, Logger } from '@nestjs/common';
import { GatewayError } from '@sluice/errors';
import type { FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import { AuditWriter, SYSTEM_SCOPE } from '../audit/audit-writer.ts';
import { inTransaction } from '../database/transaction.ts';
import { Refusal } from '../http/refusal.ts';
import type { Principal } from './principal.ts';
import { isReading, kindOfPath } from './token-limits.ts';

/** Refusals of one caller that are written down at once; after these, one a second. */
const BURST = 20;
const CALLERS_MAX = 10_000;

interface Budget {
  left: number;
  at: number;
  /** Refusals that were not written down since the last one that was. */
  skipped: number;
}

/** Writes down in the audit trail who was refused what they wanted to change. Who only reads is refused without a word. */
@Injectable()
export class RefusedWrites {
  readonly #budgets = new Map<string, Budget>();
  readonly #log = new Logger('audit');

  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(AuditWriter) private readonly audit: AuditWriter,
  ) {}

  /** Resolves when it is written, or when that failed: the refusal itself stands either way. */
  async record(request: FastifyRequest, principal: Principal, error: unknown): Promise<void> {
    const code = codeOf(error);
    if (code === undefined || isReading(request.method)) return;
    const skipped = this.#spend(`${principal.type} ${principal.name}`);
    if (skipped === undefined) return;
    await this.#append(request, principal, { code, ...(skipped > 0 && { skipped }) }).catch((failure: unknown) => {
      this.#log.error(`a refusal cannot be written down: ${failure instanceof Error ? failure.message : 'unknown'}`);
    });
  }

  async #append(request: FastifyRequest, { name, type }: Principal, told: object): Promise<void> {
    const { group, id } = request.params as { readonly group?: string; readonly id?: string };
    await inTransaction(this.database, async (db) => {
      const select = 'SELECT id FROM gateway_group WHERE name = $1';
      const [known]: { id: number }[] = group === undefined ? [] : await db.query(select, [group]);
      await this.audit.append(db, {
        scope: known?.id ?? SYSTEM_SCOPE,
        actor: name,
        actor_type: type,
        action: 'request.refuse',
        group_name: known ? (group ?? null) : null,
        kind: kindOfPath(request) ?? null,
        id: id?.slice(0, 256) ?? null,
        source_ip: request.ip,
        request_id: request.id,
        // The template, not the path: what stands in its place may be anything.
        detail: { method: request.method, path: request.routeOptions.url ?? '', ...told },
      });
      return { answer: undefined, commit: true };
    });
  }

  /** How many refusals were skipped before this one, or undefined where this one is skipped too: nobody fills the trail. */
  #spend(caller: string): number | undefined {
    const now = performance.now();
    if (this.#budgets.size >= CALLERS_MAX) this.#budgets.clear();
    const budget = this.#budgets.get(caller) ?? { left: BURST, at: now, skipped: 0 };
    this.#budgets.set(caller, budget);
    budget.left = Math.min(BURST, budget.left + (now - budget.at) / 1_000);
    budget.at = now;
    if (budget.left < 1) {
      budget.skipped += 1;
      return undefined;
    }
    budget.left -= 1;
    const { skipped } = budget;
    budget.skipped = 0;
    return skipped;
  }
}

/** The code of a refusal for want of rights; anything else is no matter of the audit trail. */
function codeOf(error: unknown): string | undefined {
  if (error instanceof GatewayError && (error.status === 403 || error.code === 'ADMIN_KEY_REFUSED')) return error.code;
  return error instanceof Refusal && error.status === 403 ? error.code : undefined;
}
