import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { accessErrors } from '../access/access.errors.ts';
import type { Requester } from '../access/requester.ts';
import { includesRole, roleIn } from '../access/role.ts';
import { Refusal } from '../http/refusal.ts';
import { Sealing } from '../sealing/sealing.ts';
import type { VerificationView } from './audit.schema.ts';
import { type ChainVerdict, verifyEverything } from './verify-everything.ts';

/** Checks the chains on request, one request at a time: it reads all there is. */
@Injectable()
export class Verification {
  #isRunning = false;

  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(Sealing) private readonly sealing: Sealing,
  ) {}

  /** Checks the chains of a group, or all of them where none is named. */
  async run(group: string | undefined, { principal }: Requester): Promise<VerificationView> {
    const role = roleIn(principal.grants, group ?? null);
    if (!role || !includesRole(role, 'admin')) throw accessErrors.FORBIDDEN(`${principal.name} may not verify this`);
    if (group !== undefined) await this.#requireGroup(group);
    if (this.#isRunning) throw new Refusal('CONFLICT', 'A check is under way already. Wait for it to end.');
    this.#isRunning = true;
    try {
      const verdicts = await verifyEverything(this.database, this.sealing, group);
      return { intact: verdicts.every(({ report }) => report.isIntact), chains: verdicts.map(verdictView) };
    } finally {
      this.#isRunning = false;
    }
  }

  async #requireGroup(name: string): Promise<void> {
    const [known] = await this.database.query<unknown[]>('SELECT FROM gateway_group WHERE name = $1', [name]);
    if (!known) throw new Refusal('NOT_FOUND', `There is no gateway group "${name}".`);
  }
}

function verdictView({ type, group, report }: ChainVerdict): VerificationView['chains'][number] {
  if (report.isIntact) return { type, group, intact: true, checked: report.checked };
  const { at, reason } = report;
  return { type, group, intact: false, checked: Math.max(0, at - 1), broken_at: at, reason };
}
