import { setInterval } from 'node:timers/promises';

/** Asks a URL until it answers 2xx; gives up after two minutes, or at once when `isAlive` says that nobody is there. */
export async function untilOk(
  url: string,
  isAlive: () => boolean,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  const deadline = performance.now() + 120_000;
  for await (const _ of setInterval(5)) {
    const isOk = await fetch(url, { headers }).then(
      async (response) => {
        await response.arrayBuffer();
        return response.ok;
      },
      // Not listening yet.
      () => false,
    );
    if (isOk) return;
    if (!isAlive()) throw new Error(`What should answer at ${url} has ended.`);
    if (performance.now() > deadline) throw new Error(`${url} does not answer.`);
  }
}
