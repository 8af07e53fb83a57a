import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';

const lines = 3_000;
const module = new URL('line-file.ts', import.meta.url).href;
/** Two writers at a time, with more than a pipe holds. Waiting for a pipe keeps no process alive. */
const program = `
  const { LineFile } = await import(${JSON.stringify(module)});
  const alive = setInterval(() => {}, 1000);
  const write = async (name) => {
    const file = new LineFile('/dev/stdout', false);
    for (let at = 0; at < ${lines}; at += 30) {
      await file.append(Array.from({ length: 30 }, () => name.repeat(300) + '\\n').join(''));
    }
    await file.close();
  };
  await Promise.all(['a', 'b'].map(write));
  clearInterval(alive);
`;

test.each([
  ['a pipe, which is full when its reader begins', '"$@" | { read -r go <&3; cat; }'],
  ['a socket', 'exec "$@"'],
])('standard output is written line by line where it is %s', async (_case, command) => {
  const args = ['-c', `exec 3<&0; ${command}`, 'sh', process.execPath, '--input-type=module', '-e', program];
  const writer = spawn('/bin/sh', args, { stdio: ['pipe', 'pipe', 'inherit'] });
  writer.stdin.write('go\n');
  const got = (await text(writer.stdout)).split('\n').slice(0, -1);
  expect(got.filter((line) => /^(?:a{300}|b{300})$/.test(line))).toHaveLength(2 * lines);
});
