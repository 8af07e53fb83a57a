const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** What is wrong with the first of these that cannot be the name of a header. */
export function checkHeaderNames(field: string, names: readonly string[]): string | undefined {
  const wrong = names.find((name) => !headerName.test(name));
  return wrong === undefined
    ? undefined
    : `property "${field}" validation failed: "${wrong}" is not the name of a header`;
}
