import { Inject, Injectable } from '@nestjs/common';
import { kinds } from '@sluice/schema';
import type { JsonValue, KindName } from '@sluice/schema';
import { readDocument, readText, TextError } from '@sluice/transfer';
import type { Author } from '../access/author.ts';
import { Refusal, type RefusalIssue } from '../http/refusal.ts';
import { boundedMessage } from '../resources/revision-request.ts';
import type { WriteOptions } from '../resources/change-set-writer.ts';
import type { ChangeListView, Remark } from './change-list.schema.ts';
import type { ApplyBody } from './declarative.schema.ts';
import { desiredResources, type PruneScope } from './desired-state.ts';
import { StateWriter } from './state-writer.ts';

/** Brings groups to what documents say. */
@Injectable()
export class DeclarativeService {
  constructor(@Inject(StateWriter) private readonly writer: StateWriter) {}

  apply(group: string, body: ApplyBody, author: Author, options: WriteOptions): Promise<ChangeListView> {
    const issues: RefusalIssue[] = [];
    const document = readDocument(documentOf(body.document));
    issues.push(...document.problems);
    const resources = desiredResources(document.resources, issues);
    const about = {
      ...options,
      source: 'apply',
      message: boundedMessage(body.message) || 'Apply a document',
      expectedHead: body.expected_head,
      draftBy: body.as_draft ? author : undefined,
    } as const;
    const report = document.group === undefined || document.group === group ? [] : [from(document.group)];
    return this.writer.write(group, { resources, prune: pruneScope(body) }, about, { issues, report });
  }
}

/** Not wrong, but worth a look: the wrong file is applied as easily as the right one. */
function from(group: string): Remark {
  return { level: 'note', path: '/group', message: `the document was exported from the group ${group}` };
}

/** A document as a value, read where it comes as a text. */
export function documentOf(document: unknown): JsonValue {
  if (typeof document !== 'string') return document as JsonValue;
  try {
    return readText(document);
  } catch (error) {
    if (!(error instanceof TextError)) throw error;
    throw new Refusal('INVALID', `The document cannot be read: ${error.message}`, { field: '/document' });
  }
}

/** What may be deleted, as far as a body asks for it. */
export function pruneScope(body: Pick<ApplyBody, 'prune' | 'selector' | 'kinds'>): PruneScope | null {
  const { prune = false, selector = {}, kinds: only } = body;
  const isLimited = only !== undefined || Object.keys(selector).length > 0;
  if (!prune && isLimited) throw new Refusal('INVALID', 'A selector limits what is pruned, so prune has to be true.');
  const unknown = only?.find((name) => !kinds.has(name as KindName));
  if (unknown !== undefined) {
    throw new Refusal('INVALID', `There is no kind of resource "${unknown.slice(0, 64)}".`, { field: '/kinds' });
  }
  return prune ? { labels: selector, kinds: only ? new Set(only) : null } : null;
}
