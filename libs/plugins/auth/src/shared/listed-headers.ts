import { connectionFields } from '@sluice/plugin-kit';

const ofTheConnection = new Set(connectionFields);

/** Whether a header, in lower case, is of one connection and its framing: each side writes those itself. */
export function isOfTheConnection(field: string): boolean {
  return ofTheConnection.has(field);
}

/** Headers that are passed on, as they are written and in lower case, without those of the connection. */
export function listedHeaders(names: readonly string[]): readonly (readonly [name: string, field: string])[] {
  return names.map((name) => [name, name.toLowerCase()] as const).filter(([, field]) => !isOfTheConnection(field));
}
