import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Proving } from './credentials.ts';
import type { Answer, TestControlPlane } from './start-control-plane.ts';

/** Calls as a browser does: without an admin key. */
export const asBrowser = (
  plane: TestControlPlane,
  method: string,
  path: string,
  body?: object,
  headers: object = {},
): Promise<Answer> =>
  plane.call(method, path, body, { 'x-api-key': '', 'content-type': 'application/json', ...headers });

/** Signs in with a password. */
export const signIn = (plane: TestControlPlane, username: string, password: string): Promise<Answer> =>
  asBrowser(plane, 'POST', '/api/v1/session', { username, password });

/** What a browser sends with every call once it is signed in. */
export const proofIn = (answer: Answer): Proving => ({
  cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '',
  'x-csrf-token': answer.body.csrf_token,
});

/** The credentials of the first start. */
export async function firstCredentials(plane: TestControlPlane): Promise<{ username: string; password: string }> {
  return JSON.parse(await readFile(join(plane.dataDir, 'first-start.json'), 'utf8')) as {
    username: string;
    password: string;
  };
}

/** The first owner, signed in. */
export async function asOwner(plane: TestControlPlane): Promise<Proving> {
  const { username, password } = await firstCredentials(plane);
  return proofIn(await signIn(plane, username, password));
}
