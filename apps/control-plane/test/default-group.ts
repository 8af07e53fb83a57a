import { expect } from 'vitest';
import { resources, sampleRoute } from './samples.ts';
import type { Answer, TestControlPlane } from './start-control-plane.ts';

/** The default group in `/api/v1`. */
export const group = '/api/v1/groups/default';
/** Its drafts. */
export const drafts = `${group}/drafts`;
/** Its revisions. */
export const revisions = `${group}/revisions`;
/** Its routes. */
export const routes = `${resources}/routes`;

/** A change in a draft. */
export interface Edit {
  readonly op: 'put' | 'delete';
  readonly kind: string;
  readonly id: string;
  readonly value?: object;
}

/** An edit that writes a route. */
export function putRoute(id: string, uri: string, more: object = {}): Edit {
  return { op: 'put', kind: 'route', id, value: { ...sampleRoute(uri), ...more } };
}

/** An edit that deletes a route. */
export function deleteRoute(id: string): Edit {
  return { op: 'delete', kind: 'route', id };
}

/** What tests ask of the default group again and again. The control plane may be started later. */
export function defaultGroup(plane: () => TestControlPlane) {
  return {
    /** Writes a route; the answer as it came. */
    put: (id: string, value: object): Promise<Answer> => plane().call('PUT', `${routes}/${id}`, value),

    /** Writes a route; the revision that came of it. */
    async write(id: string, value: object, message = ''): Promise<number> {
      const query = `?message=${encodeURIComponent(message)}`;
      return (await plane().call('PUT', `${routes}/${id}${query}`, value)).body.revision;
    },

    /** The newest revision. */
    head: async (): Promise<{ revision: number; digest: string }> =>
      (await plane().call('GET', '/api/v1/groups')).body.list[0],

    /** The id of a new draft with these edits. */
    async draftOf(...edits: Edit[]): Promise<number> {
      const answer = await plane().call('POST', drafts, { message: 'Planned', edits });
      expect(answer.status).toBe(201);
      return answer.body.id;
    },

    publish: (id: number, query = ''): Promise<Answer> => plane().call('POST', `${drafts}/${id}/publish${query}`),
  };
}
