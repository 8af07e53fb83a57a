import { Agent, request } from 'undici';

/** An answer of the control plane. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

interface RevisionLine {
  readonly number: number;
  readonly digest: string;
  readonly source: string;
  readonly change_count: number;
}

/** Speaks to the compatible Admin API and to `/api/v1`, with an admin key. */
export class AdminClient {
  readonly #url: string;
  readonly #key: string;
  readonly #agent = new Agent({ connections: 20, pipelining: 1 });

  constructor(url: string, key: string) {
    this.#url = url;
    this.#key = key;
  }

  async call(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await request(`${this.#url}${path}`, {
      method: method as 'GET',
      dispatcher: this.#agent,
      headers: { 'x-api-key': this.#key, 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await response.body.text();
    return { status: response.statusCode, body: text === '' ? undefined : parsed(text) };
  }

  /** Writes through the compatible Admin API; anything but success throws. */
  async put(path: string, value: unknown): Promise<void> {
    await this.#must('PUT', `/apisix/admin/${path}`, value);
  }

  async remove(path: string): Promise<void> {
    await this.#must('DELETE', `/apisix/admin/${path}`);
  }

  /** Head of the default group. */
  async group(): Promise<{ readonly revision: number; readonly digest: string }> {
    const { list } = (await this.#must('GET', '/api/v1/groups')) as {
      list: { name: string; revision: number; digest: string }[];
    };
    const group = list.find(({ name }) => name === 'default');
    if (!group) throw new Error('There is no default group.');
    return group;
  }

  /** All revisions, newest first. */
  async revisions(): Promise<RevisionLine[]> {
    const all: RevisionLine[] = [];
    for (let before: number | null | undefined; before !== null;) {
      const query = before === undefined ? 'limit=200' : `limit=200&before=${before}`;
      const page = (await this.#must('GET', `/api/v1/groups/default/revisions?${query}`)) as {
        list: RevisionLine[];
        next: number | null;
      };
      all.push(...page.list);
      before = page.next;
    }
    return all;
  }

  /** Several writes as one revision. */
  async changeSet(changes: readonly object[]): Promise<number> {
    const answer = await this.#must('POST', '/api/v1/groups/default/change-sets', { changes });
    return (answer as { revision: number }).revision;
  }

  async rollback(to: number): Promise<number> {
    const answer = await this.#must('POST', `/api/v1/groups/default/revisions/${to}/rollback`, {});
    return (answer as { revision: number }).revision;
  }

  async #must(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await this.call(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Some answers are plain text; the caller sees them as they are.
    return text;
  }
}
