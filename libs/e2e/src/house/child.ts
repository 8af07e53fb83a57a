import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** The file that a built application is started from. */
export function builtApp(app: 'control-plane' | 'dataplane'): string {
  return fileURLToPath(new URL(`../../../../apps/${app}/dist/main.js`, import.meta.url));
}

/** A process of the built product, with all that it said. */
export class Child {
  readonly #name: string;
  readonly #script: string;
  readonly #env: Readonly<Record<string, string>>;
  #process: ChildProcess | undefined;
  /** Standard output and error of all its lives. */
  output = '';

  constructor(name: string, script: string, env: Readonly<Record<string, string>>) {
    this.#name = name;
    this.#script = script;
    this.#env = env;
  }

  /** Of its life now, or of the last one. */
  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.#process !== undefined && this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** Its memory in the machine (resident set size) in MiB: now, and at most since it was started. */
  async memoryMiB(): Promise<{ readonly now: number; readonly most: number }> {
    const status = await readFile(`/proc/${this.#process?.pid}/status`, 'utf8');
    const kibibytes = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]);
    return { now: kibibytes('VmRSS') / 1024, most: kibibytes('VmHWM') / 1024 };
  }

  start(): void {
    const { PATH = '', HOME = '/' } = process.env;
    const child = spawn(process.execPath, [this.#script], {
      env: { PATH, HOME, ...this.#env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    }
    this.#process = child;
  }

  /** Ends it as told and waits until it is gone. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    if (!this.isRunning || !this.#process) return;
    const gone = once(this.#process, 'exit');
    this.#process.kill(signal);
    await gone;
  }

  /** Sends a signal that does not end it. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#process?.kill(signal);
  }

  /** What a failed expectation about it should show. */
  describe(): string {
    return `${this.#name} (${this.isRunning ? 'running' : `ended with ${this.#process?.exitCode}`}):\n${this.output.slice(-4000)}`;
  }
}
