import type { CallInput, WayBack as WentBack } from '@sluice/api-client';
import { client } from './client.ts';
import type { Comment, Effect } from './history-types.ts';

/** A way back: the whole group as of a revision, without one revision, or one resource as of a revision. */
export type WayBack =
  | { readonly way: 'rollback' | 'revert'; readonly number: number }
  | { readonly way: 'restore'; readonly number: number; readonly kind: string; readonly id: string };

/** Parts of a group's rules. */
export type SettingsChange = CallInput<'PATCH /groups/{group}/settings'>['body'];

/** Every call about the past of a group that changes something, or says what it would change. */
export const historyCommands = (group: string) => {
  const at = (number: number) => ({ group, number });
  return {
    previewWayBack: async (back: WayBack): Promise<Effect> => {
      const { effect } = await goBack(group, back, {}, true);
      if (!effect) throw new Error('The control plane told no effect.');
      return effect;
    },

    /** What becomes of it: a revision, a draft that is to be approved, or nothing where nothing differs. */
    goBack: (back: WayBack, message: string, asDraft: boolean) =>
      goBack(group, back, { ...(message === '' ? {} : { message }), ...(asDraft ? { as_draft: true } : {}) }, false),

    setLabel: (number: number, label: string, exclusive: boolean) =>
      client.send('PUT /groups/{group}/revisions/{number}/labels/{label}', {
        path: { ...at(number), label },
        body: { exclusive },
      }),

    removeLabel: (number: number, label: string) =>
      client.send('DELETE /groups/{group}/revisions/{number}/labels/{label}', { path: { ...at(number), label } }),

    comment: (number: number, text: string) =>
      client.send('POST /groups/{group}/revisions/{number}/comments', { path: at(number), body: { text } }),

    editComment: (number: number, id: Comment['id'], text: string) =>
      client.send('PATCH /groups/{group}/revisions/{number}/comments/{id}', {
        path: { ...at(number), id: String(id) },
        body: { text },
      }),

    deleteComment: (number: number, id: Comment['id']) =>
      client.send('DELETE /groups/{group}/revisions/{number}/comments/{id}', {
        path: { ...at(number), id: String(id) },
      }),

    changeSettings: (change: SettingsChange) =>
      client.send('PATCH /groups/{group}/settings', { path: { group }, body: change }),
  };
};

interface WayBackOptions {
  readonly message?: string;
  readonly as_draft?: boolean;
}

function goBack(group: string, back: WayBack, options: WayBackOptions, isDryRun: boolean): Promise<WentBack> {
  const path = { group, number: back.number };
  const query = isDryRun ? { dry_run: true } : {};
  if (back.way === 'restore') {
    const body = { kind: back.kind, id: back.id, ...options };
    return client.send('POST /groups/{group}/revisions/{number}/restore', { path, query, body });
  }
  const call = { path, query, body: options };
  return back.way === 'rollback'
    ? client.send('POST /groups/{group}/revisions/{number}/rollback', call)
    : client.send('POST /groups/{group}/revisions/{number}/revert', call);
}
