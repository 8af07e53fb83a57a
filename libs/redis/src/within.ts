/** Waits for something that never fails, but not longer than so many milliseconds; answers whether it came in time. */
export async function within(ms: number, done: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const isInTime = await Promise.race([done.then(() => true), late]);
  clearTimeout(timer);
  return isInTime;
}
