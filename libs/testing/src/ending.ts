/** What a test is given, with the end of what it stands on: `await using` ends the things in this order. */
export function ending<T extends object>(
  given: T,
  ...things: readonly (AsyncDisposable | Disposable)[]
): T & AsyncDisposable {
  return Object.assign(given, {
    async [Symbol.asyncDispose]() {
      for (const thing of things) {
        await (Symbol.asyncDispose in thing ? thing[Symbol.asyncDispose]() : thing[Symbol.dispose]());
      }
    },
  });
}
