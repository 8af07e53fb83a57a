import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type Requester, signedBy } from '../access/requester.ts';
import { inTransaction } from '../database/transaction.ts';
import type { AuditFilter } from './audit-filter.ts';
import { AuditLog, type AuditView } from './audit-log.ts';
import { AuditWriter, SYSTEM_SCOPE } from './audit-writer.ts';

/** The forms in which the audit trail can be taken along. */
export const exportFormats = ['jsonl', 'csv'] as const;

/** JSON lines, or a table for spreadsheets. */
export type ExportFormat = (typeof exportFormats)[number];

const columns = [
  'at',
  'actor',
  'actor_type',
  'action',
  'group',
  'kind',
  'id',
  'revision',
  'source_ip',
  'request_id',
  'failed',
  'seq',
  'detail',
] as const;

/** Hands out the audit trail as a file, as much of it as the filter and the rights of whoever asks allow. */
@Injectable()
export class AuditExport {
  constructor(
    @Inject(DataSource) private readonly database: DataSource,
    @Inject(AuditLog) private readonly log: AuditLog,
    @Inject(AuditWriter) private readonly audit: AuditWriter,
  ) {}

  /** Writes down that the trail is taken along, then gives it line by line. */
  async start(filter: AuditFilter, format: ExportFormat, by: Requester): Promise<AsyncGenerator<string>> {
    const asked = Object.entries(filter).filter(([, value]) => value !== undefined && value !== false);
    const filters = Object.fromEntries(asked.map(([name, value]) => [name, String(value)]));
    await inTransaction(this.database, async (db) => {
      const detail = { format, ...(asked.length > 0 && { filters }) };
      await this.audit.append(db, { ...signedBy(by), scope: SYSTEM_SCOPE, action: 'audit.export', detail });
      return { answer: undefined, commit: true };
    });
    return linesOf(this.log.pages(filter, by.principal.grants), format);
  }
}

async function* linesOf(pages: AsyncIterable<AuditView[]>, format: ExportFormat): AsyncGenerator<string> {
  if (format === 'csv') yield `${columns.join(',')}\r\n`;
  const line = format === 'csv' ? csvLine : (entry: AuditView): string => `${JSON.stringify(entry)}\n`;
  for await (const page of pages) yield page.map(line).join('');
}

function csvLine(entry: AuditView): string {
  return `${columns.map((column) => csvCell(entry[column])).join(',')}\r\n`;
}

/**
 * A cell (RFC 4180). A text that a spreadsheet would run as a formula is preceded by an apostrophe: user names and ids are
 * chosen by whoever is looked into here.
 */
export function csvCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean);
  const inert = typeof value === 'string' && /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
