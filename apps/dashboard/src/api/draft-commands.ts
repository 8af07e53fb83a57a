import { client } from './client.ts';
import type { Resolution } from './draft-types.ts';
import type { JsonRecord } from './types.ts';

/** What a draft shall do to one resource. */
export interface EditWrite {
  readonly kind: string;
  readonly id: string;
  /** Null: the resource is deleted. */
  readonly value: JsonRecord | null;
  /** The revision of the resource that the value was made from. */
  readonly basedOn?: number | undefined;
}

/** Every call that changes a draft. */
export const draftCommands = (group: string) => {
  const at = (id: number) => ({ group, id: String(id) });
  return {
    create: () => client.send('POST /groups/{group}/drafts', { path: { group }, body: {} }),

    describe: (id: number, message: string) =>
      client.send('PATCH /groups/{group}/drafts/{id}', { path: at(id), body: { message } }),

    putEdit: (draft: number, { kind, id, value, basedOn }: EditWrite) =>
      client.send('PUT /groups/{group}/drafts/{id}/edits/{kind}/{resource}', {
        path: { ...at(draft), kind, resource: id },
        body: {
          ...(value === null ? { op: 'delete' } : { op: 'put', value }),
          ...(basedOn === undefined ? {} : { base_revision: basedOn }),
        },
      }),

    removeEdit: (draft: number, kind: string, id: string) =>
      client.send('DELETE /groups/{group}/drafts/{id}/edits/{kind}/{resource}', {
        path: { ...at(draft), kind, resource: id },
      }),

    rebase: (id: number, resolutions: readonly Resolution[]) =>
      client.send('POST /groups/{group}/drafts/{id}/rebase', { path: at(id), body: { resolutions } }),

    submit: (id: number, comment: string) =>
      client.send('POST /groups/{group}/drafts/{id}/submit', { path: at(id), body: said({ comment }) }),

    withdraw: (id: number) => client.send('POST /groups/{group}/drafts/{id}/withdraw', { path: at(id) }),

    /** A verdict is about the version that was looked at and no other. */
    approve: (id: number, version: number, comment: string) =>
      client.send('POST /groups/{group}/drafts/{id}/approve', {
        path: at(id),
        body: { version, ...said({ comment }) },
      }),

    reject: (id: number, version: number, comment: string) =>
      client.send('POST /groups/{group}/drafts/{id}/reject', { path: at(id), body: { version, comment } }),

    publish: (id: number, message: string) =>
      client.send('POST /groups/{group}/drafts/{id}/publish', { path: at(id), body: said({ message }) }),

    discard: (id: number) => client.send('DELETE /groups/{group}/drafts/{id}', { path: at(id) }),
  };
};

/** Only the words that somebody said. */
function said<K extends string>(words: Readonly<Record<K, string>>): { readonly [P in K]?: string } {
  return Object.fromEntries(Object.entries(words).filter(([, text]) => text !== '')) as { readonly [P in K]?: string };
}
