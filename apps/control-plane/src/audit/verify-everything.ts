import type { DataSource } from 'typeorm';
import type { Sealing } from '../sealing/sealing.ts';
import { verifyAuditChain } from './audit-chain.ts';
import { SYSTEM_SCOPE } from './audit-writer.ts';
import type { ChainReport } from './chain-report.ts';
import { verifyRevisionChain } from './revision-chain.ts';
import { verifyState } from './state-check.ts';

/** What the check of one chain came to. */
export interface ChainVerdict {
  readonly type: 'audit' | 'revisions' | 'state';
  /** Null: what belongs to no group, or to one that is gone. */
  readonly group: string | null;
  readonly report: ChainReport;
}

interface Scope {
  readonly scope: number;
  readonly name: string | null;
}

/** Checks all chains there are, or those of one group: audit trails, histories, and the present against its history. */
export async function verifyEverything(
  database: DataSource,
  sealing: Sealing,
  group?: string,
): Promise<ChainVerdict[]> {
  const scopes = (await database.query<Scope[]>(SCOPES, [SYSTEM_SCOPE])).filter(
    ({ name }) => group === undefined || name === group,
  );
  const verdicts: ChainVerdict[] = [];
  for (const { scope, name } of scopes) {
    verdicts.push({ type: 'audit', group: name, report: await verifyAuditChain(database, scope) });
    if (name === null) continue;
    verdicts.push({ type: 'revisions', group: name, report: await verifyRevisionChain(database, sealing, name) });
    verdicts.push({ type: 'state', group: name, report: await verifyState(database, sealing, name) });
  }
  return verdicts;
}

/** Also scopes of which only entries are left, and groups of which only the name is: what is missing is what is looked for. */
const SCOPES = `
  WITH RECURSIVE entries AS (
    SELECT min(scope) AS scope FROM audit_entry
    UNION ALL
    SELECT (SELECT min(scope) FROM audit_entry WHERE scope > entries.scope) FROM entries WHERE entries.scope IS NOT NULL
  )
  SELECT scope, "group".name
  FROM (
    SELECT $1::integer AS scope UNION SELECT scope FROM audit_chain UNION SELECT id FROM gateway_group
    UNION SELECT scope FROM entries WHERE scope IS NOT NULL
  ) known LEFT JOIN gateway_group "group" ON "group".id = known.scope
  ORDER BY scope`;
