import { spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setInterval } from 'node:timers/promises';

/** A server program and where it runs; what it says goes to `server.log` in its directory. */
export interface ServerProgram {
  readonly file: string;
  readonly args: readonly string[];
  readonly directory: string;
  /** Whom it runs as, where that is not who runs the tests. */
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined;
}

/** What can be told to a kept server: start it, send it a signal, or end it for good with its directory. */
export type ServerWord = 'start' | 'KILL' | 'STOP' | 'CONT' | 'end';

/**
 * The server runs under a shell that takes words from a pipe which only this process holds, and answers each when it is
 * done: however this process ends, also by SIGKILL, the pipe closes, and the shell ends the server and removes its
 * directory. A killed server is waited for, since its port is free only then.
 */
const keeper = `
server=; end() { [ -z "$server" ] || kill -KILL $server; wait; server=; }
while read -r word; do
  case $word in
    start) "$@" </dev/null >server.log 2>&1 & server=$!;;
    KILL) end;;
    end) break;;
    *) kill -$word $server;;
  esac
  echo done
done
end; rm -rf "$PWD"; echo done`;

/** Keeps a server; the returned function tells it a word and resolves when that is done. */
export function keepServer({ file, args, directory, owner }: ServerProgram): (word: ServerWord) => Promise<void> {
  const shell = spawn('/bin/sh', ['-c', keeper, 'sh', file, ...args], {
    cwd: directory,
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
    ...owner,
  });
  shell.unref();
  const waiting: (() => void)[] = [];
  // Only a word that is being carried out keeps this process alive.
  const pipes = [shell.stdin, shell.stdout].filter((pipe) => pipe instanceof Socket);
  const settle = (): void => {
    waiting.shift()?.();
    if (waiting.length === 0) for (const pipe of pipes) pipe.unref();
  };
  createInterface(shell.stdout).on('line', settle);
  return (word) =>
    new Promise((resolve) => {
      for (const pipe of pipes) pipe.ref();
      waiting.push(resolve);
      shell.stdin.write(`${word}\n`);
    });
}

/** Asks a server that is starting until it answers; names it where it does not within half a minute. */
export async function untilAnswering(name: string, answers: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000;
  for await (const _ of setInterval(20)) {
    if (await answers()) return;
    if (Date.now() > deadline) throw new Error(`${name} does not answer; is its Debian package installed?`);
  }
}

/** What tests do to a server that is kept. */
export interface ServerControls extends AsyncDisposable {
  /** Ends it at once, as a crash would: nothing is flushed. */
  kill(): Promise<void>;
  /** Starts it again on its old data, if it keeps any; kills it first where it still runs. */
  restart(): Promise<void>;
  /** Stops it in its tracks: its sockets stay open, and nothing is answered. */
  pause(): Promise<void>;
  resume(): Promise<void>;
}

/** Starts a kept server and gives its controls; `answers` says whether it can serve. */
export async function startKept(
  name: string,
  tell: (word: ServerWord) => Promise<void>,
  answers: () => Promise<boolean>,
): Promise<ServerControls> {
  const start = async (): Promise<void> => {
    await tell('start');
    await untilAnswering(name, answers);
  };
  await start();
  return {
    kill: () => tell('KILL'),
    restart: async () => {
      await tell('KILL');
      await start();
    },
    pause: () => tell('STOP'),
    resume: () => tell('CONT'),
    [Symbol.asyncDispose]: () => tell('end'),
  };
}
