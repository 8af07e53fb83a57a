import type { AuditFilter } from '../../api/access-queries.ts';
import { isDay, momentsOf } from '../../api/days.ts';

/** Which entries the address of the audit trail asks for. */
export type AuditSearch = AuditFilter;

const words = ['actor', 'action', 'group', 'kind', 'id', 'text'] as const;
const days = ['from', 'to'] as const;

/** Reads the address of the audit trail; what makes no sense is left out. */
export function readAuditSearch(raw: Record<string, unknown>): AuditSearch {
  const isWord = (value: unknown) => (typeof value === 'string' || typeof value === 'number') && value !== '';
  const named = words.filter((key) => isWord(raw[key])).map((key) => [key, String(raw[key])]);
  const dated = days.filter((key) => isDay(raw[key])).map((key) => [key, raw[key]]);
  return { ...Object.fromEntries([...named, ...dated]), ...(raw['failed'] === true ? { failed: true } : {}) };
}

/** The question to the control plane that the address means. */
export function auditFilter({ from, to, ...rest }: AuditSearch): AuditFilter {
  return { ...rest, ...momentsOf({ from, to }) };
}
