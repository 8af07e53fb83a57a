/** What is there, or is on its way. */
export type Loaded<T> = T | Promise<T>;

/**
 * A module that is loaded when it is first asked for, so that a heavy library costs only those who use it: a promise while
 * it is on its way, the module itself from then on. A load that failed is tried again by the next who asks.
 */
export function onDemand<T extends object>(load: () => Promise<T>): () => Loaded<T> {
  let made: T | undefined;
  let loading: Promise<T> | undefined;
  const start = async (): Promise<T> => {
    try {
      return (made = await load());
    } finally {
      loading = undefined;
    }
  };
  return () => made ?? (loading ??= start());
}
