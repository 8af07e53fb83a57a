import { hash, timingSafeEqual } from 'node:crypto';
import { isSecretReference } from '@sluice/schema';

/** A secret of a consumer; undefined while its text is only a reference that nothing resolved, which anybody may know. */
export function usableSecret(text: string | undefined): string | undefined {
  return text === undefined || isSecretReference(text) ? undefined : text;
}

/** Whether two secrets are the same, in a time that tells nothing about where they differ or how long they are. */
export function isSameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(hash('sha256', given, 'buffer'), hash('sha256', expected, 'buffer'));
}
