import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from '@sluice/testing';
import { until } from './until.ts';

const script = fileURLToPath(new URL('../../../launcher/bin/start.mjs', import.meta.url));
const repository = fileURLToPath(new URL('../../../..', import.meta.url));
const run = promisify(execFile);

/** Ports and data directory of one installation; each start is another process on the same ones. */
export async function installation(dataDir: string): Promise<Record<string, string>> {
  const ports = await Promise.all(Array.from({ length: 6 }, freePort));
  const [admin, grpc, http, https, control, metrics] = ports.map(String) as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  return {
    SLUICE_DATA_DIR: dataDir,
    SLUICE_ADMIN_PORT: admin,
    SLUICE_GRPC_PORT: grpc,
    SLUICE_HTTP_PORT: http,
    SLUICE_HTTPS_PORT: https,
    SLUICE_CONTROL_PORT: control,
    SLUICE_METRICS_PORT: metrics,
  };
}

/** `npm start`, as a person runs it, on the installation that `env` describes. */
export class Launcher {
  readonly #process: ChildProcess;
  /** Everything on its screen. */
  screen = '';

  constructor(env: Readonly<Record<string, string>>) {
    const { PATH = '', HOME = '/' } = process.env;
    this.#process = spawn(process.execPath, [script], {
      env: { PATH, HOME, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.screen += text;
      });
    }
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** Waits for the words on the screen that end a start. */
  async started(): Promise<void> {
    await until(
      async () => {
        if (this.#process.exitCode !== null) throw new Error(`It ended:\n${this.screen}`);
        return this.screen.includes('Sluice is running.') && this.screen.includes('Stop: Ctrl-C');
      },
      'The end of the start',
      150_000,
    ).catch((error: unknown) => {
      throw new Error(this.screen, { cause: error });
    });
  }

  /** Ends it and returns its exit code; null after a kill. */
  async end(signal: 'SIGINT' | 'SIGKILL'): Promise<number | null> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return this.#process.exitCode;
    const gone = once(this.#process, 'exit') as Promise<[number | null]>;
    this.#process.kill(signal);
    return (await gone)[0];
  }

  /** Waits until it ends by itself. */
  async exitCode(): Promise<number | null> {
    if (this.#process.exitCode !== null) return this.#process.exitCode;
    return ((await once(this.#process, 'exit')) as [number | null])[0];
  }

  /** The curl lines of the banner, in their order. */
  get curlLines(): string[] {
    return this.screen.split('\n').filter((line) => line.startsWith('curl '));
  }

  get password(): string | undefined {
    return /Password\s+(\S+)\s+\(shown this once/.exec(this.screen)?.[1];
  }
}

/** Runs a line in a shell in the repository, as if pasted, and returns what it prints. */
export async function paste(line: string): Promise<string> {
  const { stdout } = await run('sh', ['-c', line], { cwd: repository });
  return stdout;
}
