import { readdir, readFile } from 'node:fs/promises';

/**
 * Time on a processor of all threads of one process since their start, in nanoseconds as the scheduler counts it: for
 * differences that the steps of `usageOf` are too coarse for. Children are not counted.
 */
export async function threadNanosOf(pid: number): Promise<number> {
  const threads = await readdir(`/proc/${pid}/task`);
  const texts = await Promise.all(threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8')));
  return texts.reduce((sum, text) => sum + Number(text.split(' ')[0]), 0);
}
