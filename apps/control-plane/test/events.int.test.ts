import { expect, test } from 'vitest';
import { type Proving, signedIn, withKey } from './credentials.ts';
import { connectDataPlane } from './data-plane-client.ts';
import { startControlPlane, type TestControlPlane } from './start-control-plane.ts';

const GROUP = '/api/v1/groups/default';
const WITHIN = { timeout: 20_000, interval: 20 };

interface Received {
  readonly event: string;
  // Events of every shape; a wrong path fails the test.
  // eslint-disable-next-line typescript/no-explicit-any
  readonly data: any;
}

/** Watches a group as the dashboard does. */
class Watcher implements AsyncDisposable {
  readonly events: Received[] = [];
  isClosed = false;
  readonly response: Response;
  readonly #done: Promise<void>;
  readonly #abort: AbortController;

  private constructor(response: Response, abort: AbortController) {
    this.response = response;
    this.#abort = abort;
    this.#done = this.#read(response).catch(() => undefined);
  }

  static async open(plane: TestControlPlane, proving: Proving): Promise<Watcher> {
    const abort = new AbortController();
    const response = await fetch(`${plane.url}${GROUP}/events`, { headers: { ...proving }, signal: abort.signal });
    return new Watcher(response, abort);
  }

  of(event: string): unknown[] {
    return this.events.filter((one) => one.event === event).map(({ data }) => data);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort();
    await this.#done;
  }

  async #read({ body }: Response): Promise<void> {
    let rest = '';
    for await (const text of body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const blocks = (rest + text).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) this.#take(block);
    }
    this.isClosed = true;
  }

  #take(block: string): void {
    const [, event, data] = /^event: (\w+)\ndata: (.*)$/.exec(block) ?? [];
    if (event && data) this.events.push({ event, data: JSON.parse(data) });
  }
}

const putRoute = (plane: TestControlPlane, id: string) =>
  plane.call('PUT', `${GROUP}/resources/routes/${id}`, { uri: `/${id}`, upstream: { nodes: { '127.0.0.1:1980': 1 } } });

test('a stream of a session ends when the session is signed out', async () => {
  await using plane = await startControlPlane();
  const proving = await signedIn(plane, 'viewer');
  await using watcher = await Watcher.open(plane, proving);
  expect(watcher.response.headers.get('content-type')).toBe('text/event-stream');
  await fetch(`${plane.url}/api/v1/session`, { method: 'DELETE', headers: { ...proving } });
  await expect.poll(() => watcher.isClosed, WITHIN).toBe(true);
});

test('a stream ends with the next heartbeat when its key is revoked', async () => {
  await using plane = await startControlPlane();
  await using watcher = await Watcher.open(plane, await withKey(plane, 'viewer'));
  await plane.database.query('UPDATE api_token SET revoked_at = now()');
  await expect.poll(() => watcher.isClosed, WITHIN).toBe(true);
});

test('a stream begins with the present and tells of every revision and every change of an instance', async () => {
  await using plane = await startControlPlane();
  await putRoute(plane, 'a');
  await using watcher = await Watcher.open(plane, await signedIn(plane, 'viewer'));
  await expect.poll(() => watcher.of('revision'), WITHIN).toMatchObject([{ number: 1, change_count: 1 }]);

  await putRoute(plane, 'b');
  await expect
    .poll(() => watcher.of('revision').at(-1), WITHIN)
    .toEqual({
      number: 2,
      author: 'SLUICE_ADMIN_KEY',
      change_count: 1,
    });
  using dataPlane = connectDataPlane(plane);
  await expect.poll(() => watcher.of('instance').at(-1), WITHIN).toMatchObject({ id: 'dp-1', status: 'degraded' });
  await expect.poll(() => dataPlane.state.revision, WITHIN).toBe(2);
  dataPlane.send({ ack: { revision: 2, digest: dataPlane.state.digest } });
  await expect.poll(() => watcher.of('instance').at(-1), WITHIN).toMatchObject({ applied_revision: 2, lag: 0 });
  await expect.poll(() => watcher.of('metrics').length, WITHIN).toBeGreaterThan(0);
});

test('open streams do not keep a control plane from stopping', async () => {
  const plane = await startControlPlane();
  await using watcher = await Watcher.open(plane, await signedIn(plane, 'viewer'));
  await plane[Symbol.asyncDispose]();
  await expect.poll(() => watcher.isClosed, WITHIN).toBe(true);
});
