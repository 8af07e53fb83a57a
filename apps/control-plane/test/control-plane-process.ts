import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { vi } from 'vitest';

const program = join(import.meta.dirname, '../dist/main.js');
const START_WITHIN = { timeout: 30_000, interval: 20 };
const adminKey = 'a-key-of-processes-in-tests';

/** A control plane as a process of its own, as it was built: it can be killed and stopped in its tracks. */
export class ControlPlaneProcess implements AsyncDisposable {
  readonly child: ChildProcess;
  readonly #exit: Promise<unknown>;
  #output = '';
  #url = '';

  private constructor(env: Readonly<Record<string, string>>) {
    const { PATH = '' } = process.env;
    const ports = { SLUICE_ADMIN_PORT: '0', SLUICE_GRPC_PORT: '0' };
    this.child = spawn(process.execPath, [program], {
      env: { PATH, ...ports, SLUICE_ADMIN_KEY: adminKey, SLUICE_LOG_LEVEL: 'debug', ...env },
    });
    this.#exit = once(this.child, 'close');
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (this.#output += text));
  }

  /** Starts one; resolves when it answers. */
  static async start(env: Readonly<Record<string, string>>): Promise<ControlPlaneProcess> {
    const started = new ControlPlaneProcess(env);
    started.#url = await vi.waitUntil(() => /listening at (http:\/\/[\d.:]+)/.exec(started.#output)?.[1], START_WITHIN);
    return started;
  }

  /** How often it has come to lead. */
  get terms(): number {
    return this.#output.split('this control plane leads').length - 1;
  }

  get output(): string {
    return this.#output;
  }

  /** Writes a route; false where that was not acknowledged. */
  async put(id: string): Promise<boolean> {
    const body = JSON.stringify({ uri: `/${id}`, upstream: { nodes: { '127.0.0.1:1980': 1 } } });
    const headers = { 'x-api-key': adminKey };
    const request = fetch(`${this.#url}/apisix/admin/routes/${id}`, { method: 'PUT', headers, body });
    return request.then(
      ({ ok }) => ok,
      () => false,
    );
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.#exit;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }
}
