import type { Answer } from '../client.ts';

const marks: Readonly<Record<string, string>> = { create: '+', update: '~', delete: '-' };

interface Operation {
  readonly op: string;
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly secret?: true;
}

/** What a change of many resources does, line by line, with a summary at its end. */
export function changesText(answer: Answer): string {
  const lines: string[] = [];
  for (const { kind, id, action, operations = [] } of answer.changes) {
    lines.push(`${marks[action] ?? '?'} ${kind} ${id}`);
    for (const operation of operations as Operation[]) lines.push(`    ${operationText(operation)}`);
  }
  if (answer.truncated) lines.push('  (more changes than are listed)');
  for (const warning of answer.warnings ?? []) lines.push(`warning: ${warning}`);
  for (const { level, path, message } of answer.report ?? [])
    lines.push(`${level}: ${path === '' ? '' : `${path}: `}${message}`);
  if (lines.length > 0) lines.push('');
  return `${[...lines, summaryText(answer)].join('\n')}\n`;
}

/** One line: how many resources are created, updated and deleted, and by which revision. */
export function summaryText({ summary, revision, dry_run: isDryRun, draft }: Answer): string {
  const { create, update, delete: deleted, unchanged } = summary;
  if (create + update + deleted === 0) return `No changes; ${unchanged} as they should be.`;
  const counts = `${create} to create, ${update} to update, ${deleted} to delete, ${unchanged} unchanged`;
  if (draft) return `Draft ${draft.id}: ${counts}.`;
  return isDryRun
    ? `${counts}.`
    : `Revision ${revision}: ${counts.replaceAll(' to create', ' created').replace(' to update', ' updated').replace(' to delete', ' deleted')}.`;
}

/** Whether there is anything to do. */
export function hasChanges({ summary }: Answer): boolean {
  return summary.create + summary.update + summary.delete > 0;
}

function operationText({ op, path, before, after, secret }: Operation): string {
  if (secret) return `${path}: (secret ${op})`;
  if (op === 'added') return `${path}: ${JSON.stringify(after)}`;
  if (op === 'removed') return `${path}: ${JSON.stringify(before)} removed`;
  return `${path}: ${JSON.stringify(before)} -> ${JSON.stringify(after)}`;
}
