/** A longer body gives its variables no values. */
export const conditionBodyBytesMax = 1024 * 1024;

/** Whether conditions ask for variables of the body, which have values only when it has been read. */
export function isAboutBody(conditions: readonly unknown[]): boolean {
  return /"(?:post_arg|graphql_|request_body")/.test(JSON.stringify(conditions));
}
